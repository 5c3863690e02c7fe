"""What the drills ask of a production, past everything that safeguards says of it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple, Protocol

from benchmarks.syncs.changes import Schema

MARK = "DRILL_SYNC"
"""The variable that all processes of one sync have."""

FACTS = """\
select 'version', version_num, '' from alembic_version
union all select 'column', attname, '' from pg_attribute
    where attrelid = to_regclass('items') and attnum > 0 and not attisdropped
union all select 'index', relname, indisvalid::text
    from pg_index join pg_class on pg_class.oid = indexrelid
    where indrelid = to_regclass('items') and relname like 'ix%'
union all select 'ledger', revision, count(*)::text from ledger group by revision
"""
EMPTY = "select coalesce(to_regclass('ledger')::text, '')"
OURS = "datname = current_database() and application_name like 'safeguards%'"
"""The sessions of safeguards and of its migrations."""


class Serving(NamedTuple):
    """Which version answers, from which instance; `error` is why it is not well."""

    serial: int
    instance: str
    error: str = ""


NOBODY = Serving(0, "", "nobody answers")


class Production(Protocol):
    """One production of the toy."""

    name: str
    has_engine: bool
    """Whether syncs ask an engine, whose connections can be cut."""

    @property
    def files(self) -> Mapping[str, str]:
        """What its commits hold besides the toy."""

    @property
    def environment(self) -> Mapping[str, str]:
        """The environment in which it is brought to commits."""

    def serving(self) -> Serving:
        """Who answers its public address; asked once."""

    def sql(self, statement: str) -> str:
        """Rows as lines, columns split by `|`."""

    def belongs(self, pid: int) -> bool:
        """Whether this process is production itself, not one of whoever changes it."""

    def left(self) -> list[str]:
        """What stands beside production and is nobody's any more."""

    def crash_database(self) -> None:
        """End the database's server at once, as a power cut does."""

    def start_database(self) -> None:
        """Start it again, and wait until it answers."""

    def kill_backend(self) -> bool:
        """kill -9 a server process that works for safeguards; whether there was one."""

    def cut_engine(self) -> bool:
        """End all connections of syncs to the engine; whether there was one."""


def facts(production: Production) -> Schema:
    """What the database has."""
    if not production.sql(EMPTY).strip():
        return Schema("")
    found: dict[str, list[tuple[str, str]]] = {"version": [], "column": [], "index": []}
    for line in production.sql(FACTS).splitlines():
        what, name, value = line.split("|")
        found.setdefault(what, []).append((name, value))
    return Schema(
        " ".join(name for name, _ in found["version"]),
        frozenset(name for name, _ in found["column"]),
        frozenset(name for name, valid in found["index"] if valid == "true"),
        frozenset(name for name, valid in found["index"] if valid != "true"),
        frozenset((name, int(count)) for name, count in found.get("ledger", ())),
    )


def sessions(production: Production) -> list[str]:
    """The sessions of safeguards in the database."""
    return production.sql(f"select application_name from pg_stat_activity where {OURS}").split("\n")


def terminate(production: Production, which: str) -> int:
    """End sessions of safeguards: those whose name begins so; how many there were."""
    statement = (
        "select count(pg_terminate_backend(pid)) from pg_stat_activity"
        f" where {OURS} and application_name like '{which}%'"
    )
    return int(production.sql(statement))


def answer(url: str, timeout: float = 5) -> tuple[int, dict[str, object]]:
    """Status and document of an address; 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as response:
            return response.status, json.loads(response.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read() or b"{}")
    except (OSError, ValueError):
        return 0, {}


class Process(NamedTuple):
    """A living process of a sync."""

    pid: int
    argv: tuple[str, ...]


def marked(mark: str) -> Iterator[Process]:
    """The processes whose mark begins like this."""
    wanted = f"{MARK}={mark}".encode()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            environ = (folder / "environ").read_bytes().split(b"\0")
            if not any(each.startswith(wanted) for each in environ):
                continue
            argv = tuple(os.fsdecode((folder / "cmdline").read_bytes()).split("\0")[:-1])
            if argv and (folder / "stat").read_bytes().rpartition(b") ")[2][:1] != b"Z":
                yield Process(int(folder.name), argv)


def kill(pid: int) -> bool:
    """kill -9; whether it was still there."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True
