"""Faults of the data, and of the right to see it."""

from __future__ import annotations

from collections.abc import Iterator

from tests.support.production import DB

from benchmarks.faults.kit import fault, seen
from benchmarks.faults.locks import locked
from benchmarks.faults.world import WATCHER, World

ROOM = "records"
FAIL = {"records": "fail"}
UNKNOWN = {"records": "unknown"}
BOTH = {"migrations": "unknown", "records": "unknown"}


@fault("emptied", ROOM, "projects", expects=FAIL)
def _emptied(world: World) -> Iterator[None]:
    world.sql("CREATE TABLE saved AS TABLE projects; DELETE FROM projects")
    try:
        seen(lambda: world.sql("SELECT count(*) FROM projects") == "0", "no rows")
        yield
    finally:
        world.sql("INSERT INTO projects SELECT * FROM saved; DROP TABLE saved")


def _events(name: str, breaking: str, look: str, mending: str = "") -> None:
    """A change of `events` after which `look` answers `t`."""

    @fault(name, ROOM, "events", expects=FAIL)
    def changed(world: World) -> Iterator[None]:
        world.sql(f"CREATE TABLE saved_events AS TABLE events; {breaking}")
        try:
            seen(lambda: world.sql(f"SELECT {look}") == "t", look)
            yield
        finally:
            refill = "DELETE FROM events; INSERT INTO events SELECT * FROM saved_events"
            world.sql(f"{mending}; {refill}; DROP TABLE saved_events")


_MORE = "INSERT INTO events (id, amount, created_at) SELECT n, n, now() FROM"
for _arguments in (
    ("too-few", "DELETE FROM events WHERE id > 30", "(SELECT count(*) FROM events) = 30"),
    ("dropped", "DELETE FROM events WHERE id > 70", "(SELECT count(*) FROM events) = 70"),
    ("too-many", f"{_MORE} generate_series(101, 2000) n", "(SELECT count(*) FROM events) > 1000"),
    (
        "stale",
        "UPDATE events SET created_at = created_at - interval '2 hours'",
        "(SELECT max(created_at) FROM events) < now() - interval '1 hour'",
    ),
    (
        "undated",
        "UPDATE events SET created_at = NULL",
        "(SELECT max(created_at) FROM events) IS NULL",
    ),
    (
        "query-violated",
        f"{_MORE} generate_series(-2, -1) n",
        "(SELECT min(amount) FROM events) < 0",
    ),
    (
        "missing-table",
        "ALTER TABLE events RENAME TO gone",
        "to_regclass('events') IS NULL",
        "ALTER TABLE gone RENAME TO events",
    ),
    (
        "missing-column",
        "ALTER TABLE events RENAME created_at TO made_at",
        "count(*) = 1 FROM information_schema.columns WHERE column_name = 'made_at'",
        "ALTER TABLE events RENAME made_at TO created_at",
    ),
):
    _events(*_arguments)


@fault("table-unreadable", ROOM, "organizations", expects=UNKNOWN)
def _unreadable(world: World) -> Iterator[None]:
    world.sql(f"REVOKE SELECT ON organizations FROM {WATCHER}")
    try:
        seen(lambda: not world.watcher_may("SELECT 1 FROM organizations"), "permission denied")
        yield
    finally:
        world.sql(f"GRANT SELECT ON organizations TO {WATCHER}")


@fault("table-locked", ROOM, "projects", expects=UNKNOWN)
def _locked(world: World) -> Iterator[None]:
    with locked(world, "projects"):
        yield


@fault("table-of-the-api-locked", ROOM, "contacts", "front",
       expects={"records": "unknown", "api": "fail"})  # fmt: skip
def _both_locked(world: World) -> Iterator[None]:
    with locked(world, "contacts"):
        yield


def _login(name: str, breaking: str, mending: str) -> None:
    @fault(name, ROOM, "watcher", "versions", expects=BOTH)
    def refused(world: World) -> Iterator[None]:
        world.sql(breaking)
        try:
            seen(lambda: not world.watcher_may("SELECT 1"), "no login")
            yield
        finally:
            world.sql(mending)


_login("login-refused", f"ALTER ROLE {WATCHER} NOLOGIN", f"ALTER ROLE {WATCHER} LOGIN")
_login(
    "no-connection-left",
    f"ALTER ROLE {WATCHER} CONNECTION LIMIT 0",
    f"ALTER ROLE {WATCHER} CONNECTION LIMIT -1",
)
_login(
    "not-let-into-the-database",
    "REVOKE CONNECT ON DATABASE npd FROM PUBLIC",
    "GRANT CONNECT ON DATABASE npd TO PUBLIC",
)
_login(
    "no-right-to-the-schema",
    f"ALTER ROLE {WATCHER} RENAME TO other",
    f"ALTER ROLE other RENAME TO {WATCHER}",
)


@fault("no-client-in-the-container", ROOM, "database", "versions", expects=BOTH)
def _no_psql(world: World) -> Iterator[None]:
    """Nothing to ask with: the answer is unknown, and the database itself is well."""
    database = world.names[DB]
    # The image's psql is a link into /usr/lib; the search path of the container leads to it alone.
    path = world.docker("exec", database, "sh", "-c", "command -v psql").strip()
    world.docker("exec", "-u", "0", database, "mv", path, f"{path}.kept")
    try:
        seen(lambda: not world.watcher_may("SELECT 1"), "no psql")
        yield
    finally:
        world.docker("exec", "-u", "0", database, "mv", f"{path}.kept", path)
