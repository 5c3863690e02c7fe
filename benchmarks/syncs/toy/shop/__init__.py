"""A production as small as it can be: a process that answers, and a table that it asks."""
