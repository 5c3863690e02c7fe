"""Asks a project's own interpreter to configure the mappers, and makes findings of the answer."""
