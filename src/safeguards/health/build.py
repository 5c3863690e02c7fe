"""Makes the four stages out of what a target wants and the seams it can be asked through."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from safeguards.errors import UnreachableError
from safeguards.health import counting, heads, statements
from safeguards.health.inside import ByHand, curl
from safeguards.health.restarts import Last, Memory
from safeguards.health.run import Findings, Stage
from safeguards.health.stages import api, containers, migrations, records
from safeguards.health.wanted import Alembic, Api, Record
from safeguards.migrations.version_table import VersionTable

if TYPE_CHECKING:
    from safeguards.checks import StageName
    from safeguards.health.answers import Search
    from safeguards.health.database import Database
    from safeguards.health.stages.api import Fetch
    from safeguards.runtimes.observe import Runtime
    from safeguards.system.clock import Clock
    from safeguards.system.files import Files
    from safeguards.system.process import Completed


NOTHING: Mapping[StageName, str] = {}


class Wanted(msgspec.Struct, frozen=True):
    """What a target asks to be looked at."""

    alembic: Alembic
    api: Api | None = None
    records: tuple[Record, ...] = ()


class Seams(msgspec.Struct, frozen=True):
    """How production is reached. `alembic` runs alembic's command line in the checkout.

    `by_hand` is what a person types to send a request that `fetch` sends. `committed` is the
    commit that production is to follow, if that is not what is checked out.
    `patience` is for how many seconds containers are watched that may die again.
    `find_revision` tells the branch that has a revision, and the path of its file.
    """

    runtime: Runtime
    files: Files
    clock: Clock
    fetch: Fetch
    search: Search
    alembic: Callable[[tuple[str, ...]], Completed]
    database: Database | None = None
    counts_before: Callable[[], Mapping[str, int]] = dict
    containers_before: Callable[[], Last] = lambda: ("", ())
    committed: heads.Committed | None = None
    patience: float = containers.PATIENCE
    find_revision: Callable[[str], tuple[str, str] | None] = lambda _revision: None
    by_hand: ByHand = curl


def build(
    wanted: Wanted, seams: Seams, *, quick: bool, left_out: Mapping[StageName, str] = NOTHING
) -> Mapping[StageName, Stage | str]:
    """A stage for each name, or the reason why it is skipped; `left_out` has more such reasons."""
    stages: dict[StageName, Stage | str] = {
        "containers": _containers(seams),
        "migrations": _migrations(wanted.alembic, seams),
        "api": "quick" if quick else _api(wanted.api, seams),
        "records": _records(wanted.records, seams),
    }
    return {**stages, **left_out}


def running_migrations(
    wanted: Alembic, seams: Seams, tell: Callable[[migrations.Facts], None]
) -> Stage | str:
    """The stage that judges the database by what production itself runs, never by a checkout.

    `tell` gets what was seen.
    """
    database = seams.database
    if database is None:
        return "not configured"

    def look() -> Findings:
        facts = migrations.observe(_asked(wanted, seams, database, lambda: None), seams.clock)
        tell(facts)
        return migrations.judge_running(facts), ""

    return look


def _containers(seams: Seams) -> Stage | str:
    if not seams.runtime.list():
        return "not configured"
    runtime, clock, patience = seams.runtime, seams.clock, seams.patience

    def look() -> Findings:
        memory = Memory(seams.containers_before, clock.now)
        return containers.observe(runtime, clock, memory, patience=patience), ""

    return look


def _migrations(wanted: Alembic, seams: Seams) -> Stage | str:
    database = seams.database
    if database is None:
        return "not configured"

    def look() -> Findings:
        asked = _asked(wanted, seams, database, lambda: _followed(wanted, seams))
        facts = migrations.observe(asked, seams.clock)
        return migrations.judge(facts), migrations.summary(facts)

    return look


def _asked(
    wanted: Alembic, seams: Seams, database: Database, checkout: Callable[[], heads.Heads | None]
) -> migrations.Asked:
    runtime = seams.runtime
    files = seams.files if seams.committed is None else seams.committed.files

    def stated(image: migrations.Answered, here: migrations.Answered) -> VersionTable | None:
        found = None
        if isinstance(image, heads.Heads):
            found = heads.image_table(runtime, wanted, image)
        if found is None and isinstance(here, heads.Heads):
            found = heads.checkout_table(files, here)
        return found

    return migrations.Asked(
        image=(lambda: heads.image_heads(runtime, wanted)) if wanted.container else None,
        checkout=checkout,
        database=database,
        by_hand=lambda: _by_hand(wanted, runtime, database),
        table=wanted.table,
        leftovers=wanted.leftovers,
        stated=stated,
        find=seams.find_revision,
    )


def _followed(wanted: Alembic, seams: Seams) -> heads.Heads | None:
    """The heads that production should come to."""

    def checkout() -> heads.Heads | None:
        return heads.checkout_heads(seams.files, wanted, seams.alembic)

    if seams.committed is None:
        return checkout()
    return heads.committed_heads(seams.committed, wanted, checkout)


def _by_hand(wanted: Alembic, runtime: Runtime, database: Database) -> migrations.ByHand:
    alembic = f"alembic -c {shlex.quote(wanted.ini)}" if wanted.ini else "alembic"
    if wanted.container:
        alembic = f"{runtime.advice(wanted.container, wanted.workdir or '').inside} alembic".strip()
    return migrations.ByHand(
        upgrade=f"{alembic} upgrade head",
        heads=f"{alembic} heads",
        applied=database.by_hand(
            lambda dialect: statements.applied_versions(wanted.table or VersionTable(), dialect)
        ),
        run=lambda statement: database.by_hand(lambda _dialect: statement),
        forget=lambda table, name: database.by_hand(
            lambda dialect: statements.forget(table, name, dialect)
        ),
    )


def _api(wanted: Api | None, seams: Seams) -> Stage | str:
    if wanted is None:
        return "not configured"
    means = api.Means(seams.fetch, seams.clock, seams.search, seams.by_hand)
    return lambda: (api.observe(wanted, means), "")


def _records(wanted: tuple[Record, ...], seams: Seams) -> Stage | str:
    database = seams.database
    if not wanted or database is None:
        return "not configured"

    def look() -> Findings:
        try:
            counted = counting.observe(wanted, database)
        except UnreachableError as error:
            # Only after asking does the runtime know what kind of name it advises about.
            first = records.by_hand(wanted[:1], database)
            return (records.unasked(error, first[wanted[0].name]),), ""
        commands = records.by_hand(wanted, database)
        before = seams.counts_before() if any(each.max_drop is not None for each in wanted) else {}
        return records.judge(wanted, counted, before=before, by_hand=commands), ""

    return look
