from alembic import context

from app.models import *  # noqa: F403
from app.base import Base

target_metadata = Base.metadata
context.configure(target_metadata=target_metadata)
