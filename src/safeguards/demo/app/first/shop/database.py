"""The engine, and one session for each request."""

from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from shop.settings import DATABASE

engine = create_engine(DATABASE)


def session() -> Iterator[Session]:
    """A session that is closed after the request."""
    with Session(engine) as opened:
        yield opened
