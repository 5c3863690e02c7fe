import importlib
from alembic import context

from app.base import Base

target_metadata = Base.metadata
context.configure(target_metadata=target_metadata)

importlib.import_module("app.order")
