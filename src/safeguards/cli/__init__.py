"""The command line: the only place that composes features and makes real `system` objects."""
