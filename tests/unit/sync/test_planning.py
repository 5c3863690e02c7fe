"""What is decided from which facts, and that the digest moves with them and only with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest
from tests.support.world.process import Process
from tests.support.world.reality import Commit, World
from tests.support.world.scenarios import DROP, INDEX, PHONE, TWO, A, commit
from tests.support.world.working import Clone, MemorySource

from safeguards.planned import Plan
from safeguards.runs import Identity
from safeguards.runtimes.change import Deployed, Version
from safeguards.sync.planning import make_plan, needs_backup
from safeguards.sync.situation import Settings, Situation

SETTINGS = Settings()


def situation(to: Commit, names: tuple[str, ...] = ("api",), **changes: object) -> Situation:
    """Production is A and well, and is to come to `to`."""
    world = World({"A": A, to.name: to}, names, rows={"contacts": 5}).deploy(A)
    clone = Clone(world)
    job = clone.job(Process(world), clone._new(to.name), lambda run: None)
    return msgspec.structs.replace(job.look(), **changes)


def plan(to: Commit, names: tuple[str, ...] = ("api",), **changes: object) -> Plan:
    return make_plan(situation(to, names, **changes), SETTINGS)


def decided(there: Deployed, **changes: object) -> tuple[str, str]:
    (service,) = plan(commit(), **{"services": (there,), **changes}).services
    return service.action, service.why


OLD, NEW = Version("1", "A", ("r1",)), Version("2", "B", ("r1",))


@pytest.mark.parametrize(
    ("there", "changes", "action", "why"),
    [
        (Deployed("api", "t"), {}, "build+replace", "never built here"),
        (Deployed("api", "t", Version("1")), {}, "build+replace", "nothing tells which commit"),
        (Deployed("api", "t", OLD, (OLD,)), {}, "build+replace", "1 file changed since A: app.py"),
        (
            Deployed("api", "t", OLD, (OLD,)),
            {"differing": {"A": None}},
            "build+replace",
            "not in this clone",
        ),
        (
            Deployed("api", "t", OLD, (OLD,)),
            {"differing": {"A": ("1", "2", "3", "4")}},
            "build+replace",
            "4 files changed since A: 1, 2, 3, …",
        ),
        (
            Deployed("api", "t", OLD, (OLD,)),
            {"differing": {"A": ()}},
            "keep",
            "nothing that counts has changed since A",
        ),
        (Deployed("api", "t", OLD, (OLD,)), {"newer": frozenset("A")}, "keep", "comes after this"),
        (Deployed("api", "t", NEW, (NEW,)), {"differing": {"B": ()}}, "keep", "nothing that"),
        (Deployed("api", "t", NEW), {"differing": {"B": ()}}, "restart", "nothing runs from it"),
        (
            Deployed("api", "t", NEW, (NEW, OLD)),
            {"differing": {"B": (), "A": ("x",)}},
            "restart",
            "runs from another version",
        ),
    ],
)
def test_what_becomes_of_a_service(
    there: Deployed, changes: dict[str, object], action: str, why: str
) -> None:
    found = decided(there, **changes)
    assert found[0] == action
    assert why in found[1]


def test_what_cannot_be_replaced_from_here_is_kept_and_says_why() -> None:
    settings = Settings(by_hand="command.stop is not configured", kept=("db",))
    found = make_plan(situation(commit(PHONE)), settings)
    assert [(each.name, each.action) for each in found.services] == [
        ("api", "keep"),
        ("db", "keep"),
    ]
    assert found.services[0].why == "command.stop is not configured"
    assert found.steps == ("lock", "preflight", "build", "migrate", "verify")


def test_the_steps_follow_from_what_is_to_be_done() -> None:
    whole = ("lock", "preflight", "backup", "build", "migrate", "trial", "roll", "verify")
    assert plan(commit(DROP)).steps == whole
    assert plan(commit(PHONE)).steps == tuple(each for each in whole if each != "backup")
    assert plan(commit()).steps == ("lock", "preflight", "build", "trial", "roll", "verify")
    without = make_plan(situation(commit()), Settings(trial=False))
    assert without.steps == ("lock", "preflight", "build", "roll", "verify")
    noop = plan(replace(A, name="B"))
    assert (noop.noop, noop.steps, noop.effects) == (True, (), ())


def test_a_revision_is_told_with_all_that_it_does() -> None:
    found = plan(commit(INDEX)).revisions[0]
    assert (found.id, found.transactional, found.destructive) == ("r2", False, False)
    assert [(lock.table, lock.mode) for lock in found.locks] == [
        ("contacts", "SHARE UPDATE EXCLUSIVE")
    ]
    dropped = plan(commit(DROP))
    assert dropped.revisions[0].destructive
    assert not dropped.additive
    assert "cannot be rolled back to" in dropped.effects[-1]


@pytest.mark.parametrize(
    ("backup", "revisions", "method", "needed"),
    [
        ("auto", (), "none", False),
        ("auto", (PHONE,), "none", False),
        ("auto", (DROP,), "pg_dump", True),
        ("always", (PHONE,), "pg_dump", True),
        ("always", (), "none", False),
        ("none", (DROP,), "none", False),
    ],
)
def test_when_the_database_is_backed_up(
    backup: str, revisions: tuple[object, ...], method: str, needed: bool
) -> None:
    settings = Settings(backup=backup)  # type: ignore[arg-type]
    found = make_plan(situation(commit(*revisions)), settings)  # type: ignore[arg-type]
    assert (found.backup.method, needs_backup(found, settings)) == (method, needed)


def test_the_deployed_commit_is_that_of_all_services_or_none() -> None:
    assert plan(commit(), TWO).deployed == "A"
    mixed = (Deployed("api", "t", OLD, (OLD,)), Deployed("worker", "t", NEW, (NEW,)))
    assert plan(commit(), TWO, services=mixed, differing={"A": (), "B": ()}).deployed is None
    assert plan(commit(), services=(Deployed("api", "t", Version("1")),)).deployed is None


def _services(change: Callable[[Version], Version]) -> Callable[[Situation], Situation]:
    def moved(before: Situation) -> Situation:
        (each,) = before.services
        assert each.tagged is not None
        tagged = change(each.tagged)
        there = msgspec.structs.replace(each, tagged=tagged)
        differing = {**before.differing, tagged.commit: before.differing["A"]}
        return msgspec.structs.replace(before, services=(there,), differing=differing)

    return moved


def _with(**changes: object) -> Callable[[Situation], Situation]:
    return lambda before: msgspec.structs.replace(before, **changes)


def _contents(before: Situation) -> Situation:
    assert before.heads is not None
    files = {path: content + b"# as well\n" for path, content in before.heads.files.items()}
    heads = msgspec.structs.replace(before.heads, files=files)
    return msgspec.structs.replace(before, heads=heads)


MOVED = {
    "the target": _with(target="staging"),
    "the commit": _with(commit="C"),
    "the database": _with(identity=Identity("7002", "npd")),
    "what is applied": _with(applied=frozenset()),
    "the text of a revision": _contents,
    "the version": _services(lambda each: msgspec.structs.replace(each, id="sha256:other")),
    "the label": _services(lambda each: msgspec.structs.replace(each, commit="Z")),
    "what runs": lambda before: msgspec.structs.replace(
        before, services=(msgspec.structs.replace(before.services[0], running=()),)
    ),
    "the way to back up": _with(backup_method="none"),
    "what differs": _with(differing={"A": ()}),
}


@pytest.mark.parametrize("what", MOVED)
def test_the_digest_moves_with(what: str) -> None:
    before = situation(commit(DROP))
    after = MOVED[what](before)
    assert make_plan(after, SETTINGS).digest != make_plan(before, SETTINGS).digest


def test_the_digest_moves_with_the_settings_that_change_the_steps() -> None:
    before = situation(commit(DROP))
    digests = {
        make_plan(before, settings).digest
        for settings in (
            SETTINGS,
            Settings(trial=False),
            Settings(backup="none"),
            Settings(by_hand="by hand"),
            Settings(kept=("db",)),
        )
    }
    assert len(digests) == 5


def test_the_digest_does_not_move_with_words_or_waits() -> None:
    before = situation(commit(DROP))
    wanted = make_plan(before, SETTINGS).digest
    assert make_plan(situation(commit(DROP)), SETTINGS).digest == wanted
    assert make_plan(before, Settings(lock_wait=1, health_timeout=2)).digest == wanted
    more = msgspec.structs.replace(before, differing={"A": ("app.py", "more.py")})
    assert make_plan(more, SETTINGS).digest == wanted


def test_a_sync_refuses_a_plan_whose_facts_have_moved() -> None:
    world = World({"A": A, "B": commit(PHONE)}, rows={"contacts": 5}).deploy(A)
    clone = Clone(world)
    shown = clone.plan("B")
    assert isinstance(shown, Plan)
    world.applied = set()
    before = world.standing()
    run = clone.sync("B", digest=shown.digest)
    assert (run.exit_code, world.standing() == before) == (10, True)
    world.applied = {"r1"}
    assert clone.sync("B", digest=shown.digest).exit_code == 0


def test_the_source_knows_what_comes_after() -> None:
    world = World({"A": A, "B": commit()})
    assert MemorySource(Process(world), A).precedes("B")
    assert not MemorySource(Process(world), world.commits["B"]).precedes("A")
