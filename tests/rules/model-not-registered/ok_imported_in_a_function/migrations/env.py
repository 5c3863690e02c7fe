from alembic import context

from app.base import Base
from app.loading import load

target_metadata = Base.metadata
context.configure(target_metadata=target_metadata)
load()
