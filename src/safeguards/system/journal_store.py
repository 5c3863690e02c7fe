"""The journal's file: SQLite, one small transaction for each write, several processes at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from safeguards.errors import UnreachableError

SCHEMA = """
create table if not exists records (
    kind text not null, id text not null, grouped text not null, at text not null,
    document blob not null, primary key (kind, id)
);
create index if not exists records_by_time on records (kind, at);
"""

BUSY = 3.0
"""Seconds to wait for another process that is writing."""


class JournalStore:
    """Documents by id in one file, which appears with the first write.

    Every call raises `UnreachableError` when the file cannot be used; nothing is half-written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def put(self, kind: str, row: tuple[str, str, str], document: bytes, *, keep: int) -> None:
        """Write or replace one document, and drop all but the newest `keep` of its kind."""
        with self._explained():
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with closing(self._open()) as connection, connection:
                connection.execute(
                    "insert or replace into records values (?, ?, ?, ?, ?)",
                    (kind, *row, document),
                )
                connection.execute(
                    "delete from records where kind = ?1 and id not in (select id from records"
                    " where kind = ?1 order by at desc, id desc limit ?2)",
                    (kind, keep),
                )

    def newest(self, kind: str, limit: int, *, group: str | None = None) -> tuple[bytes, ...]:
        """The newest documents, newest first; empty when there is no file."""
        return self._select(
            "select document from records where kind = ?1 and (?2 is null or grouped = ?2)"
            " order by at desc, id desc limit ?3",
            (kind, group, limit),
        )

    def get(self, kind: str, record_id: str) -> bytes | None:
        """The document with this id; None when there is none, or no file."""
        query = "select document from records where kind = ? and id = ?"
        found = self._select(query, (kind, record_id))
        return found[0] if found else None

    def _select(self, query: str, values: tuple[object, ...]) -> tuple[bytes, ...]:
        if not self.path.exists():
            return ()
        with (
            self._explained(),
            closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True)) as connection,
        ):
            connection.execute(f"pragma busy_timeout = {round(BUSY * 1000)}")
            return tuple(bytes(row[0]) for row in connection.execute(query, values))

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
