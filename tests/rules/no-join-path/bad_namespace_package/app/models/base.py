"""Relative imports in folders without __init__.py."""

from sqlalchemy.orm import declarative_base

Base = declarative_base()
