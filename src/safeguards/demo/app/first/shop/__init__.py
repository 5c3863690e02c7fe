"""A small shop: a web process, a worker and a SQLite database."""
