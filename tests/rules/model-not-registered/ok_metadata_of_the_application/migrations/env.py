from alembic import context

from app.web import current_app

target_metadata = current_app.extensions.get("metadata")
context.configure(target_metadata=target_metadata)
