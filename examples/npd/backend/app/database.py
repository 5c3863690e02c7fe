"""The engine and its sessions."""

import os
from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

engine = create_engine(os.environ["NPD_DATABASE_URL"], pool_pre_ping=True, pool_timeout=5)


def session() -> Iterator[Session]:
    """One session per request."""
    with Session(engine) as opened:
        yield opened
