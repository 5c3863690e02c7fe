"""What a sync needs of the database besides questions: a lock, a backup, and who is in the way."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import msgspec

from safeguards.runs import Identity

if TYPE_CHECKING:
    from safeguards.planned import BackupMethod

APPLICATION = "safeguards-sync"
"""What the sessions of a migration are called in the database; the run's id follows a space."""


ALEMBIC = ("python3", "-m", "alembic")
"""As the start-up check: the working folder is importable, whatever the settings say."""


class Holder(msgspec.Struct, frozen=True):
    """Who holds a lock, as far as the database tells; times are ISO 8601 in UTC."""

    who: str
    host: str = ""
    commit: str = ""
    since: str = ""

    @property
    def text(self) -> str:
        """For people: `ada@laptop, for 1a2b3c4d, since …`."""
        at = f"@{self.host}" if self.host else ""
        commit = f", for {self.commit}" if self.commit else ""
        since = f", since {self.since}" if self.since else ""
        return f"{self.who}{at}{commit}{since}"


class Lock(Protocol):
    """The one lock of a target's database; it ends with the process that holds it."""

    def take(self) -> Holder | None:
        """Try once, without waiting: None when it is ours now, else who has it.

        Raises `RefusedError` behind a pooler, which would give the lock to somebody else, and
        `UnreachableError` when the database cannot be asked.
        """

    def held(self) -> bool:
        """Whether it is still ours: False when its session was ended, or its database restarted."""

    def release(self) -> None:
        """Give it back; harmless when it is not held."""


class Blocker(msgspec.Struct, frozen=True):
    """A session that a migration waits for."""

    pid: int
    who: str
    state: str
    query: str
    """The first line of what it ran last; values in it are masked."""


class Keeper(Protocol):
    """The database of a target, for a sync. Every call raises `UnreachableError` when it cannot be
    asked, and `RefusedError` when it says no.
    """

    dialect: str
    """postgresql, mysql or sqlite."""

    transactional_ddl: bool
    """Whether a failed revision leaves nothing: PostgreSQL and SQLite yes, MySQL no."""

    def identity(self) -> Identity:
        """Which database this is."""

    def lock(self, holder: Holder) -> Lock:
        """The lock of this database; nothing is asked yet. `holder` is what others are shown."""

    def catalog(self) -> tuple[str, ...]:
        """Every table, column, index and constraint as a line, sorted, and whether it is valid.

        Two equal catalogs have the same schema.
        """

    def broken(self) -> tuple[str, ...]:
        """Indexes and constraints that are INVALID or NOT VALID, each in words with its name."""

    def size(self) -> int | None:
        """Bytes that the database has; None when it does not tell."""

    def backup_method(self) -> BackupMethod:
        """How `back_up` does it; `none` where it cannot."""

    def back_up(self, path: Path, tell: Callable[[str], None]) -> None:
        """Write a backup that was checked to be readable, whole or not at all."""

    def restore_by_hand(self, path: Path) -> str:
        """The command with which a person restores a backup."""

    def blockers(self, application: str) -> tuple[Blocker, ...]:
        """Whom the sessions of this name wait for."""

    def end_sessions(self, prefix: str) -> tuple[str, ...]:
        """Cancel, then terminate the sessions whose name begins so; their names.

        Returns when they are gone, or raises `DeadlineError`.
        """

    def migration_environment(
        self, lock_timeout: float, statement_timeout: float, name: str
    ) -> dict[str, str]:
        """The environment that gives a migration its time limits (seconds) and its name, and lets
        it pass the lock that is held.
        """

    def migration_command(
        self, argv: tuple[str, ...], lock_timeout: float, statement_timeout: float, name: str
    ) -> tuple[str, ...]:
        """The command that runs Alembic with these arguments, and gives its sessions the limits and
        the name, whatever their driver reads.
        """
