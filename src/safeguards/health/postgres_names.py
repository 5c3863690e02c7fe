"""Whose part of PostgreSQL's catalog is the user's; pure text."""

from __future__ import annotations

OURS = "n.nspname !~ '^pg_' and n.nspname <> 'information_schema'"
"""A schema `n` that is not the server's own."""
