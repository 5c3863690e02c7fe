"""What a lock needs of a database: a session of its own that stays open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from safeguards.system.database import Rows


class Session(Protocol):
    """An open session, for one thread. It ends with this process, however that ends."""

    def ask(self, statement: str, timeout: float, /) -> Rows:
        """The rows of one short statement, committed by itself.

        Raises `RefusedError` when the database says no, and `UnreachableError` when the session
        is over: also when no answer came within `timeout` seconds, which ends it.
        """

    def close(self) -> None:
        """End it; calling twice is harmless."""
