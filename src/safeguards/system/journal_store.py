"""The journal's file: SQLite, one small transaction for each write, several processes at once.

It keeps SQLite's rollback journal instead of the newer write-ahead log. The log would let one
writes while others read, and needs for it what a repository cannot promise: memory shared by all
its processes, so no network file system; a folder that readers may write in; and two more files
that stay when the last process is killed, without which a copy of the first is not the journal.
Writes are few and short here, so nobody gains from it. Readers open the file for writing too,
since it is theirs to undo a write that a kill cut off; a file that cannot be written is read all
the same.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from safeguards.errors import UnreachableError

VERSION = 1
"""The layout, in SQLite's own `user_version`; 0 is that of before it was counted."""

SCHEMA = """
create table if not exists records (
    kind text not null, id text not null, grouped text not null, at text not null,
    document blob not null, primary key (kind, id)
);
"""
INDEX = "create index if not exists records_by_time on records (kind, at)"

_IS_SYNC = """instr(cast(document as text), '"kind":"sync"') > 0"""
_SPLIT = f"update records set kind = 'syncs' where kind = 'runs' and {_IS_SYNC}"  # noqa: S608
_SEEN_SPLIT = f"""
create temp view records as select case when kind = 'runs' and {_IS_SYNC} then 'syncs' else kind end
    as kind, id, grouped, at, document from main.records
"""  # noqa: S608  both are constants

BUSY = 15.0
"""Seconds to wait for other processes that are writing."""


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
            with closing(self._connect("rwc")) as connection, connection:
                connection.execute("begin immediate")
                self._settle(connection)
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

    def remove(self, kind: str, record_id: str) -> None:
        """Drop the document with this id, if there is one."""
        with self._explained():
            if not self.path.exists():
                return
            with closing(self._connect("rw")) as connection, connection:
                self._settle(connection)
                connection.execute(
                    "delete from records where kind = ? and id = ?", (kind, record_id)
                )

    def _select(self, query: str, values: tuple[object, ...]) -> tuple[bytes, ...]:
        with self._explained():
            if not self.path.exists():
                return ()
            with closing(self._connect("rw")) as connection:
                version = self._version(connection)
                if not _has_records(connection):
                    return ()  # the first write was cut off
                if version < VERSION:
                    connection.execute(_SEEN_SPLIT)
                return tuple(bytes(row[0]) for row in connection.execute(query, values))

    def _connect(self, mode: str) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{self.path.as_uri()}?mode={mode}", uri=True, timeout=BUSY, isolation_level=None
        )

    def _settle(self, connection: sqlite3.Connection) -> None:
        """Make the tables, or bring those of an older version to this one's layout."""
        if self._version(connection) == VERSION:
            return
        connection.execute(SCHEMA)
        connection.execute(INDEX)
        connection.execute(_SPLIT)
        connection.execute(f"pragma user_version = {VERSION}")

    def _version(self, connection: sqlite3.Connection) -> int:
        (version,) = connection.execute("pragma user_version").fetchone()
        if version > VERSION:
            raise UnreachableError(
                f"the journal {self.path} is of a newer version of safeguards ({version})",
                hint="use that version here; verify --no-journal does without the journal",
            )
        return int(version)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            # SQLite's own class for a file that is no journal, or not a whole one any more.
            damaged = type(error) is sqlite3.DatabaseError
            hint = (
                "move it away, and a new one begins"
                if damaged
                else "make room, and make it writable"
            )
            raise UnreachableError(
                f"the journal {self.path} cannot be used: {reason}",
                hint=f"{hint}; verify --no-journal does without it",
            ) from error


def _has_records(connection: sqlite3.Connection) -> bool:
    query = "select 1 from sqlite_master where type = 'table' and name = 'records'"
    return connection.execute(query).fetchone() is not None
