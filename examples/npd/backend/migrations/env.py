"""Runs the migrations on the application's own engine."""

from alembic import context

from app.database import engine
from app.models import Base


def run_migrations() -> None:
    """Apply the revisions in one transaction."""
    with engine.connect() as connection:
        context.configure(connection=connection, target_metadata=Base.metadata)
        with context.begin_transaction():
            context.run_migrations()


run_migrations()
