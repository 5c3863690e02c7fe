"""The journal's file: SQLite, one small transaction for each write, several processes at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from safeguards.errors import UnreachableError

SCHEMA = """
create table if not exists runs (
    id text primary key, kind text not null, target text not null, started_at text not null,
    document blob not null
);
create index if not exists runs_by_time on runs (started_at);
"""

BUSY = 3.0
"""Seconds to wait for another process that is writing."""


class JournalStore:
    """Documents by id in one file, which appears with the first write.

    Every call raises `UnreachableError` when the file cannot be used; nothing is half-written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, row: tuple[str, str, str, str], document: bytes, *, keep: int) -> None:
        """Write or replace (id, kind, target, started_at), and drop all but the newest `keep`."""
        with self._explained():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._open()) as connection, connection:
                connection.execute(
                    "insert or replace into runs values (?, ?, ?, ?, ?)", (*row, document)
                )
                connection.execute(
                    "delete from runs where id not in"
                    " (select id from runs order by started_at desc, id desc limit ?)",
                    (keep,),
                )

    def newest(self, limit: int, *, target: str | None = None) -> tuple[bytes, ...]:
        """The documents of the newest runs, newest first; empty when there is no file."""
        if not self.path.exists():
            return ()
        with (
            self._explained(),
            closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)) as connection,
        ):
            connection.execute(f"pragma busy_timeout = {round(BUSY * 1000)}")
            rows = connection.execute(
                "select document from runs where ?1 is null or target = ?1"
                " order by started_at desc, id desc limit ?2",
                (target, limit),
            ).fetchall()
        return tuple(bytes(row[0]) for row in rows)

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self.path, timeout=BUSY)
        try:
            connection.executescript(f"begin immediate; {SCHEMA} commit;")
        except sqlite3.Error:
            connection.close()
            raise
        return connection

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise UnreachableError(
                f"the journal {self.path} cannot be used: {reason}",
                hint="make it writable, or pass --no-journal; a damaged one may be deleted",
            ) from error
