"""Faults of the schema's version: in the database, in the image, in the checkout."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.production import BACKEND, HEAD

from benchmarks.faults.kit import fault, seen
from benchmarks.faults.locks import locked
from benchmarks.faults.world import WATCHER, World

ROOM = "migrations"
FAIL = {"migrations": "fail"}
VERSIONS = "/srv/migrations/versions"
REVISION = """\
revision = "{name}"
down_revision = "{after}"


def upgrade() -> None:
    pass
"""


def _rows(world: World) -> list[str]:
    return sorted(world.sql("SELECT version_num FROM alembic_version").split())


def _says(name: str, statement: str, rows: list[str]) -> None:
    @fault(name, ROOM, "versions", expects=FAIL)
    def says(world: World) -> Iterator[None]:
        world.sql(statement)
        try:
            seen(lambda: _rows(world) == rows, f"{rows} in alembic_version")
            yield
        finally:
            world.sql("DELETE FROM alembic_version")
            world.sql(f"INSERT INTO alembic_version VALUES ('{HEAD}')")


for _name, _statement, _expected in (
    ("one-behind", "UPDATE alembic_version SET version_num = '017'", ["017"]),
    ("three-behind", "UPDATE alembic_version SET version_num = '015'", ["015"]),
    ("unknown-revision", "UPDATE alembic_version SET version_num = 'deadbeef'", ["deadbeef"]),
    ("an-unknown-head-beside", "INSERT INTO alembic_version VALUES ('beef')", [HEAD, "beef"]),
    ("an-ancestor-beside", "INSERT INTO alembic_version VALUES ('017')", ["017", HEAD]),
    ("no-version", "DELETE FROM alembic_version", []),
    ("an-empty-version", "UPDATE alembic_version SET version_num = ''", []),
    ("odd-version", "UPDATE alembic_version SET version_num = '018 '", [HEAD]),
):
    _says(_name, _statement, _expected)


@fault("no-version-table", ROOM, "versions", expects=FAIL)
def _missing(world: World) -> Iterator[None]:
    world.sql("ALTER TABLE alembic_version RENAME TO kept_version")
    try:
        seen(lambda: world.sql("SELECT to_regclass('alembic_version')") == "", "no table")
        yield
    finally:
        world.sql("ALTER TABLE kept_version RENAME TO alembic_version")


@fault("version-table-unreadable", ROOM, "versions", expects={"migrations": "unknown"})
def _unreadable(world: World) -> Iterator[None]:
    world.sql(f"REVOKE SELECT ON alembic_version FROM {WATCHER}")
    try:
        seen(lambda: not world.watcher_may("SELECT * FROM alembic_version"), "permission denied")
        yield
    finally:
        world.sql(f"GRANT SELECT ON alembic_version TO {WATCHER}")


@fault("version-table-locked", ROOM, "versions", expects={"migrations": "unknown"})
def _version_locked(world: World) -> Iterator[None]:
    with locked(world, "alembic_version"):
        yield


@fault("invalid-index", ROOM, "events", warns=("migrations",))
def _invalid(world: World) -> Iterator[None]:
    """What a CREATE INDEX CONCURRENTLY leaves that did not come to its end."""
    world.sql("UPDATE events SET amount = 1 WHERE id IN (1, 2)")
    try:
        with contextlib.suppress(AssertionError):
            world.sql("CREATE UNIQUE INDEX CONCURRENTLY events_amount ON events (amount)")
        invalid = "SELECT count(*) FROM pg_index WHERE NOT indisvalid"
        seen(lambda: world.sql(invalid) == "1", "an INVALID index")
        yield
    finally:
        world.sql("DROP INDEX IF EXISTS events_amount")
        world.sql("UPDATE events SET amount = id")


@fault("constraint-not-validated", ROOM, "events", warns=("migrations",))
def _not_valid(world: World) -> Iterator[None]:
    world.sql("ALTER TABLE events ADD CONSTRAINT positive CHECK (amount > 50) NOT VALID")
    try:
        unproved = "SELECT count(*) FROM pg_constraint WHERE NOT convalidated"
        seen(lambda: world.sql(unproved) == "1", "a constraint that is NOT VALID")
        yield
    finally:
        world.sql("ALTER TABLE events DROP CONSTRAINT positive")


@contextmanager
def _in_image(world: World, name: str, content: str) -> Iterator[None]:
    path = f"{VERSIONS}/{name}"
    container = world.names[BACKEND]
    world.docker("exec", "-i", "-u", "0", container, "sh", "-c", f"cat >{path}", stdin=content)
    try:
        seen(lambda: world.docker("exec", container, "cat", path) == content, "the file")
        yield
    finally:
        world.docker("exec", "-u", "0", container, "rm", path)


def _image_has(name: str, content: str) -> None:
    @fault(name, ROOM, "backend", expects=FAIL)
    def has(world: World) -> Iterator[None]:
        with _in_image(world, "zz_drill.py", content):
            yield


_image_has("image-one-ahead", REVISION.format(name="019", after=HEAD))
_image_has("image-with-two-heads", REVISION.format(name="018b", after="017"))


@fault("image-without-the-head", ROOM, "backend", expects=FAIL)
def _lacks(world: World) -> Iterator[None]:
    container = world.names[BACKEND]
    path = world.docker("exec", container, "sh", "-c", f"ls {VERSIONS}/{HEAD}*.py").strip()
    world.docker("exec", "-u", "0", container, "mv", path, "/tmp/kept.py")
    try:
        listed = ("exec", container, "ls", VERSIONS)
        seen(lambda: path.rpartition("/")[2] not in world.docker(*listed), "no such file")
        yield
    finally:
        world.docker("exec", "-u", "0", container, "mv", "/tmp/kept.py", path)


@fault("image-with-a-broken-history", ROOM, "backend", warns=("migrations",))
def _broken(world: World) -> Iterator[None]:
    """Neither the files nor Alembic itself can tell the heads of what runs: the checkout is asked
    instead, and the warning says so.
    """
    with _in_image(world, "zz_drill.py", "revision = '019'\ndown_revision = ('018'\n"):
        yield


@fault("checkout-one-ahead", ROOM, "backend", warns=("migrations",))
def _ahead(world: World) -> Iterator[None]:
    folder = world.production.folder / "backend" / "migrations" / "versions"
    path = folder / "zz_drill.py"
    path.write_text(REVISION.format(name="019", after=HEAD))
    try:
        seen(path.exists, "the file")
        yield
    finally:
        path.unlink()
