"""What a revision does to a database, told from its text alone."""
