"""No git push takes a SQLAlchemy + Alembic + Docker production down."""

__version__ = "0.1.0"
