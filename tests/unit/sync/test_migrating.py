"""Revisions one at a time: what is tried again, what is not, and what is said of each end."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.support.world.process import Process
from tests.support.world.reality import World
from tests.support.world.scenarios import INDEX, MAIL, PHONE, A, commit
from tests.support.world.working import Clone

from safeguards.sync.migrating import FIRST_PAUSE, TRIES
from safeguards.sync.unfinished import difference


def production(*revisions: object, **changes: object) -> tuple[World, Clone]:
    to = commit(*revisions, **changes)  # type: ignore[arg-type]
    world = World({"A": A, "B": to}, rows={"contacts": 5}).deploy(A)
    return world, Clone(world)


@pytest.mark.parametrize("times", range(1, TRIES))
def test_a_lock_that_is_taken_is_waited_for(times: int) -> None:
    world, clone = production(PHONE)
    world.locked["r2"] = times
    started = clone.clock.monotonic()
    assert clone.sync("B").exit_code == 0
    waits = [line for line in clone.told.lines if line.startswith("a lock was not to be had")]
    assert len(waits) == times
    least = sum(FIRST_PAUSE * 2**number * 0.5 for number in range(times))
    most = sum(FIRST_PAUSE * 2**number * 1.5 for number in range(times))
    named = [float(line.split()[-2]) for line in waits]
    assert least - 0.5 <= sum(named) <= most + 0.5
    assert clone.clock.monotonic() - started >= least


def test_the_pauses_differ_from_run_to_run() -> None:
    told = set()
    for _ in range(5):
        world, clone = production(PHONE)
        world.locked["r2"] = 1
        clone.sync("B")
        told |= {line for line in clone.told.lines if "a lock was not to be had" in line}
    assert len(told) > 1


def test_a_lock_that_stays_taken_is_given_up_and_nothing_has_changed() -> None:
    world, clone = production(PHONE)
    before = world.standing()
    world.locked["r2"] = 100
    run = clone.sync("B")
    assert (run.exit_code, world.standing() == before) == (12, True)
    assert world.locked["r2"] == 100 - TRIES
    assert "end what holds the lock" in run.message
    assert run.work is not None
    assert (run.work.migrating, run.work.applied) == ("", ())


def test_a_fault_of_the_revision_is_not_tried_again() -> None:
    world, clone = production(replace(PHONE, fails_at=0))
    process = Process(world)
    run = clone.sync("B", process)
    assert run.exit_code == 12
    assert process.trail.count("session of r2") == 1
    assert run.message == (
        "revision r2 failed: ProgrammingError: part 0;"
        " next: correct the revision, commit and push again"
    )
    assert "it printed: ProgrammingError: part 0" in clone.told.lines


def test_one_that_is_no_transaction_and_left_a_part_is_not_tried_again() -> None:
    _world, clone = production(replace(INDEX, fails_at=1))
    run = clone.sync("B")
    assert run.exit_code == 13
    assert "half applied" in run.message
    assert "the index ix INVALID" in run.message
    assert run.work is not None
    assert run.work.migrating == "r2"


def test_what_another_clone_left_of_one_that_is_no_transaction_is_told_of() -> None:
    world, clone = production(INDEX)
    world.change("index ix INVALID")
    before = world.standing()
    run = clone.sync("B")
    assert (run.exit_code, world.standing() == before) == (13, True)
    assert "(DuplicateError: index ix INVALID already exists)" in run.message
    assert "what it makes is there already; the index ix INVALID" in run.message


def test_one_that_is_no_transaction_and_left_nothing_is_unchanged() -> None:
    world, clone = production(replace(INDEX, fails_at=0))
    before = world.standing()
    assert (clone.sync("B").exit_code, world.standing() == before) == (12, True)


def test_one_that_changes_rows_outside_of_a_transaction_is_never_said_to_have_left_nothing() -> (
    None
):
    body = (
        "with op.get_context().autocommit_block():\n        op.execute('update contacts set x = 1')"
    )
    _world, clone = production(replace(INDEX, body=body, parts=("x",), fails_at=0))
    run = clone.sync("B")
    assert run.exit_code == 13
    assert "may have changed rows" in run.message


def test_one_that_does_not_end_is_ended() -> None:
    world, clone = production(PHONE)
    before = world.standing()
    world.slow = True
    run = clone.sync("B")
    assert (run.exit_code, world.standing() == before, world.sessions) == (12, True, [])
    assert "did not end within 960 s" in run.message


def test_one_that_cannot_be_ended_may_yet_be_applied() -> None:
    world, clone = production(PHONE)
    world.slow = True

    def stubborn() -> None:
        world.stubborn = True

    at = next(
        number
        for number, what in enumerate(_trail(PHONE), start=1)
        if what.startswith("session of")
    )
    run = clone.sync("B", Process(world, at, then=stubborn))
    assert run.exit_code == 13
    assert "whether revision r2 will yet be applied cannot be told" in run.message
    world.stubborn = world.slow = False
    assert clone.sync("B").exit_code == 0
    assert world.left("here") == []


def _trail(*revisions: object) -> list[str]:
    world, clone = production(*revisions)
    process = Process(world)
    clone.sync("B", process)
    return process.trail


def test_the_journal_knows_each_revision_before_and_after_it() -> None:
    world, clone = production(PHONE, MAIL)
    seen = []
    for at, what in enumerate(_trail(PHONE, MAIL), start=1):
        if not what.startswith(("session of", "closed the workbench")):
            continue
        world, clone = production(PHONE, MAIL)

        def look() -> None:
            work = clone.newest().work  # noqa: B023
            assert work is not None
            seen.append((work.applied, work.migrating))

        clone.sync("B", Process(world, at, then=look))
    assert seen == [((), "r2"), (("r2",), "r3"), (("r2", "r3"), "")]


def test_an_interrupt_ends_what_the_migration_does_in_the_database() -> None:
    at = _trail(PHONE).index("session of r2") + 1
    world, clone = production(PHONE)
    before = world.standing()
    assert clone.attempt("B", Process(world, at, interrupt=True)) is None
    assert (world.left("here"), world.standing() == before) == ([], True)
    run = clone.newest()
    assert (run.finished_at, run.work and run.work.migrating) == (None, "r2")
    assert clone.resume().exit_code == 0


def test_a_bug_is_not_hidden_and_can_be_gone_on_with() -> None:
    at = _trail(PHONE).index("session of r2") + 1
    world, clone = production(PHONE)

    def bug() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        clone.sync("B", Process(world, at, then=bug))
    assert world.left("here") == []
    assert clone.sync("B").exit_code == 0


def test_what_a_half_applied_revision_left_is_shown_and_not_all_of_a_long_list() -> None:
    before = ("column a.x int", "table a")
    after = (*(f"column b.c{n} int" for n in range(7)), "table a", "table " + "b" * 200)
    told = difference(before, after)
    assert told.startswith("there now: column b.c0 int, column b.c1 int, ")
    assert told.endswith("column b.c4 int and 3 more; not there any more: column a.x int")
    assert difference((), after[-1:]) == f"there now: table {'b' * 114}…"
    assert difference(before, before) == ""
