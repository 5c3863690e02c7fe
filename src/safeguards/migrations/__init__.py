"""Reads Alembic's files as text: settings, revisions, heads. Runs nothing."""
