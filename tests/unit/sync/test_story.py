"""Which run's work is to be gone on with."""

from __future__ import annotations

import pytest
from tests.support.world.process import Process
from tests.support.world.reality import World
from tests.support.world.scenarios import PHONE, TWO, A, commit
from tests.support.world.working import Clone

from safeguards.runs import Run, Work
from safeguards.sync.story import is_open, left_undone, to_go_on_with


def run(name: str, taken: str = "", code: int | None = None, *, work: bool = True) -> Run:
    ended = None if code is None else "2026-01-01T00:00:09Z"
    return Run(
        id=name,
        kind="sync",
        trigger="manual",
        target="production",
        started_at=f"2026-01-01T00:00:0{name}Z",
        status="running" if code is None else "fail",
        finished_at=ended,
        exit_code=code,
        work=Work(taken=taken, applied=(name,)) if work else None,
    )


@pytest.mark.parametrize("code", [None, 10, 11, 13, 16, 69, 70, 78, 130])
def test_open_is_what_nobody_brought_to_an_end(code: int | None) -> None:
    assert is_open(run("1", "t", code))
    assert left_undone([run("1", "t", code)]) == run("1", "t", code)


@pytest.mark.parametrize("code", [0, 12, 14, 15])
def test_what_came_to_an_end_hides_all_that_was_before_it(code: int) -> None:
    assert not is_open(run("2", "t2", code))
    assert left_undone([run("2", "t2", code), run("1", "t1")]) is None


@pytest.mark.parametrize("code", [None, 0, 10, 11, 12, 13])
def test_one_that_never_had_the_locks_hides_nothing(code: int | None) -> None:
    before = run("1", "t1")
    assert left_undone([run("2", "", code), before]) == before
    assert left_undone([run("2", "", code, work=False), before]) == before
    assert left_undone([run("2", "", code), run("1", "t1", 0)]) is None


def test_the_last_is_who_had_the_locks_last_and_not_who_began_last() -> None:
    assert left_undone([run("2", "t1", 0), run("1", "t2")]) == run("1", "t2")
    assert left_undone([run("2", "t1"), run("1", "t2", 0)]) is None


def test_who_says_to_go_on_means_also_one_that_only_waited() -> None:
    assert to_go_on_with([]) is None
    assert to_go_on_with([run("2"), run("1", "t1", 0)]) == run("2")
    assert to_go_on_with([run("2"), run("1", "t1")]) == run("1", "t1")
    assert to_go_on_with([run("2", "", 0), run("1", "t1", 15)]) is None


def cut_off_while_it_rolls(clone: Clone) -> None:
    process = Process(clone.world)
    for at in range(1, 100):
        process = Process(clone.world, at)
        clone.attempt("B", process)
        if process.trail[-1] == "replaced api":
            return
        clone.world.__dict__.update(production().world.__dict__)
        clone.store.kept.clear()


def production() -> Clone:
    world = World({"A": A, "B": commit(PHONE, ill=True)}, TWO, rows={"contacts": 5}).deploy(A)
    return Clone(world)


def test_a_run_that_was_refused_the_lock_loses_nothing_of_one_that_was_cut_off() -> None:
    clone = production()
    cut_off_while_it_rolls(clone)
    clone.world.database_lock = object()
    assert clone.sync("B").exit_code == 11
    assert clone.sync("B", digest="another").exit_code == 10
    clone.world.up = False
    assert clone.sync("B").exit_code == 13
    clone.world.up, clone.world.database_lock = True, None
    assert clone.abort().exit_code == 15
    assert clone.world.runs("A")


def test_what_is_begun_while_one_waits_is_not_taken_for_cut_off() -> None:
    """The other one is at work when this one begins, and has ended when this one has the locks."""
    world = World({"A": A, "B": commit(PHONE)}, TWO, rows={"contacts": 5}).deploy(A)
    clone = Clone(world)
    first = Process(world)
    trail = Process(World({"A": A, "B": commit(PHONE)}, TWO, rows={"contacts": 5}).deploy(A))
    Clone(trail.world).sync("B", trail)
    at = trail.trail.index("replaced api") + 1
    seen: list[Work] = []

    def look() -> None:
        seen.append(clone.earlier())

    first = Process(world, at, then=look)
    assert clone.sync("B", first).exit_code == 0
    assert seen[0].replaced == ("api",), "to whoever looks now it seems to be cut off"
    run = clone.sync("B")
    assert (run.exit_code, run.message) == (0, "no revision to apply; nothing to replace")
