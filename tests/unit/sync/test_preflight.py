"""What has to fit before anything is touched, and what is removed then."""

from __future__ import annotations

from dataclasses import replace

from tests.support.world.process import Process
from tests.support.world.reality import Commit, Session, World
from tests.support.world.scenarios import DROP, FULL, MAIL, PHONE, TWO, A, commit
from tests.support.world.working import Clone

from safeguards.runs import Identity
from safeguards.sync.keeping import APPLICATION


def production(*commits: Commit) -> tuple[World, Clone]:
    world = World({each.name: each for each in (A, *commits)}, TWO, rows={"contacts": 5})
    world.deploy(A)
    return world, Clone(world)


def test_what_killed_runs_left_is_removed_and_told() -> None:
    world, clone = production(commit())
    world.places["api-trial-77"] = "trial"
    world.sessions.append(Session(f"{APPLICATION} old", PHONE))
    world.exports |= {"/here/exports/old", "/there/exports/other"}
    assert clone.sync("B").exit_code == 0
    assert (world.left("here"), world.left("there")) == ([], ["/there/exports/other"])
    assert "removed api-trial-77, which an earlier run left" in clone.told.lines
    assert f"ended the session {APPLICATION} old, which an earlier run left" in clone.told.lines


def test_sessions_of_others_are_left_alone() -> None:
    world, clone = production(commit())
    world.sessions.append(Session("psql", PHONE))
    assert clone.sync("B").exit_code == 0
    assert [each.name for each in world.sessions] == ["psql"]


def test_the_first_database_is_remembered_and_another_one_refused() -> None:
    world, clone = production(commit(PHONE))
    assert clone.sync("B").exit_code == 0
    world.identity = Identity("7002", "npd")
    world.commits["C"] = replace(commit(PHONE, MAIL), name="C", files=(("app.py", "3"),))
    before = world.standing()
    run = clone.sync("C")
    assert (run.exit_code, world.standing() == before) == (12, True)
    assert "npd on server 7002; it was npd on server 7001" in run.message


def test_a_database_that_does_not_fit_is_not_remembered() -> None:
    """A wrong URL at the first run must not make the right one wrong."""
    world, clone = production(commit(PHONE))
    world.identity, world.applied = Identity("wrong", "npd"), {"zz"}
    assert clone.sync("B").exit_code == 12
    world.identity, world.applied = Identity("7001", "npd"), {"r1"}
    assert clone.sync("B").exit_code == 0


def test_a_revision_that_the_commit_does_not_have_is_refused() -> None:
    world, clone = production(commit(PHONE))
    world.applied = {"r1", "zz"}
    run = clone.sync("B")
    assert run.exit_code == 12
    assert run.message.startswith("the database is at zz, which the commit does not have")


def test_a_backup_that_has_no_room_or_no_way_stops_it_before_anything() -> None:
    for free, method, said in ((1, "pg_dump", "make room"), (10**9, "none", "no way to back")):
        world, clone = production(commit(DROP, needs=FULL))
        clone.free, world.backup_method = free, method  # type: ignore[assignment]
        before = world.standing()
        run = clone.sync("B")
        assert (run.exit_code, world.standing() == before) == (12, True)
        assert said in run.message


def test_an_older_commit_changes_nothing_and_is_not_what_production_is_at() -> None:
    newer = replace(commit(PHONE, MAIL), name="C", files=(("app.py", "3"),), after=("A", "B"))
    world, clone = production(commit(PHONE), newer)
    assert clone.sync("C").exit_code == 0
    before = world.standing()
    run = clone.sync("B")
    assert (run.exit_code, run.commit, world.standing() == before) == (0, "C", True)
    assert run.message == "nothing to do: production is at C, which comes after this commit"


def test_an_older_commit_migrates_no_newer_production() -> None:
    newer = replace(commit(PHONE, MAIL), name="C", files=(("app.py", "3"),), after=("A", "B"))
    world, clone = production(commit(PHONE), newer)
    clone.sync("C")
    world.applied = {"r1"}  # an old backup was restored
    before = world.standing()
    run = clone.sync("B")
    assert (run.exit_code, world.standing() == before) == (12, True)
    assert "api is at C, which comes after this commit" in run.message
    assert "safeguards sync C" in run.message


def test_a_run_for_an_older_commit_leaves_a_newer_one_that_was_cut_off_and_is_well() -> None:
    """Two pushes: the run of the second is killed when all is done, that of the first follows."""
    newer = replace(commit(PHONE, MAIL), name="C", files=(("app.py", "3"),), after=("A", "B"))
    for at in range(60, 20, -1):
        world, clone = production(commit(PHONE), newer)
        if clone.attempt("C", Process(world, at)) is not None or clone.newest().finished_at:
            continue
        whole = world.runs("C") and world.all_well()
        run = clone.sync("B")
        if not whole:
            break
        assert (run.exit_code, run.commit) == (0, "C"), (at, run.message)
        assert world.runs("C")
    else:
        raise AssertionError("none was cut off when all was done")
