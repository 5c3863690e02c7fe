"""The engine, and one session for each request."""

from collections.abc import Iterator

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

engine = create_engine("sqlite:///var/shop.db")


def session() -> Iterator[Session]:
    """A session that is closed after the request."""
    with Session(engine) as opened:
        yield opened
