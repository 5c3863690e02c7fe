"""Two ways to one database: the first that works, as `EitherDatabase` has it for questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.errors import NotInstalledError, RefusedError, UnreachableError

if TYPE_CHECKING:
    from safeguards.sync.databases.dumps import Dumper
    from safeguards.sync.databases.sessions import Session


def either_session(ways: Sequence[Callable[[str], Session]]) -> Callable[[str], Session]:
    """A session by the first way on which somebody answers; a refusal is an answer."""

    first, *others = ways

    def opened(name: str) -> Session:
        try:
            return first(name)
        except RefusedError:
            raise
        except UnreachableError as error:
            if not others:
                raise
            try:
                return either_session(others)(name)
            except UnreachableError as other:
                message = f"{error.message}; and {other.message}"
                raise UnreachableError(message, hint=error.hint) from other

    return opened


class EitherDumper:
    """Backups by the first way that has a program for them."""

    def __init__(self, ways: Sequence[Dumper]) -> None:
        self._ways = ways

    def available(self) -> bool:
        """Whether there is any such way."""
        return self._chosen() is not None

    def write(self, path: Path, tell: Callable[[str], None]) -> None:
        """A backup by the first way that can."""
        chosen = self._chosen()
        if chosen is None:
            raise NotInstalledError(
                "there is no program here that is new enough to dump this database",
                hint="install the client programs of the database's version, or set "
                "database.container",
            )
        chosen.write(path, tell)

    def restore_by_hand(self, path: Path) -> str:
        """The command for what the first way that can has written."""
        return (self._chosen() or self._ways[0]).restore_by_hand(path)

    def _chosen(self) -> Dumper | None:
        return next((way for way in self._ways if way.available()), None)
