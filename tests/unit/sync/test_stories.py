"""Syncs that are disturbed, more than once, by others, by people, and for another commit."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import replace

import pytest
from tests.support.world.judging import lies
from tests.support.world.process import Fate, KilledError, Process
from tests.support.world.reality import World
from tests.support.world.scenarios import INDEX, PHONE, SCENARIOS, TWO, Scenario, commit
from tests.support.world.working import Clone

from safeguards.runs import Run

MOST = 200
BY_NAME = {each.name: each for each in SCENARIOS}
NO_WAY = ("ill, and no way back", "destructive")


def name_of(scenario: Scenario) -> str:
    return scenario.name


def disturbed(
    scenario: Scenario, *, fate: Fate | None = None, interrupt: bool = False
) -> Iterator[tuple[Process, World, Clone]]:
    """The world after a sync was cut off, for each of its changes."""
    for at in range(1, MOST):
        world = scenario.world()
        process = Process(world, at, fate or Fate(), interrupt)
        clone = Clone(world)
        if clone.attempt("B", process) is not None:
            return
        yield process, world, clone


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_an_interrupt_leaves_nothing_and_can_be_gone_on_with(scenario: Scenario) -> None:
    for process, world, clone in disturbed(scenario, interrupt=True):
        assert process.crash_at is not None
        what = process.trail[process.crash_at - 1]
        where = (process.crash_at, what)
        if not what.startswith(("trial of", "workbench of", "exported")):
            assert world.left("here") == [], where
        if clone.newest().finished_at is not None:
            continue
        run = clone.sync("B")
        ends = {scenario.ends} | ({13} if scenario.halfway else set())
        assert run.exit_code in ends, (*where, run.message)
        assert lies(scenario, world, run, scenario.world()) == [], (*where, run.message)


def test_it_is_killed_again_and_again() -> None:
    chance = random.Random(5)
    for number in range(400):
        scenario = chance.choice(SCENARIOS)
        world = scenario.world()
        before = copy.deepcopy(world)
        clone = Clone(world)
        trail = []
        for _ in range(chance.randint(2, 4)):
            session = chance.choice(["dies", "finishes", "lingers", "late"])
            fate = Fate(session, chance.choice(["stay", "end"]))
            process = Process(world, chance.randint(1, 60), fate)
            again = clone.resume if trail and chance.random() < 0.5 else None
            try:
                run = again(process) if again else clone.sync("B", process)
            except KilledError:
                trail.append(process.trail[-1])
                run = clone.newest()
            if run.finished_at:  # its story has ended, and another one may begin
                before = copy.deepcopy(world)
        run = clone.sync("B")
        ends = {scenario.ends, 12} | ({13, 16} if scenario.halfway else set())
        told = f"{number} {scenario.name} {trail}: {run.exit_code} {run.message}"
        assert run.exit_code in ends, told
        assert lies(scenario, world, run, before, knows=run.exit_code != 0) == [], told


FIXES = (
    ("good", commit(PHONE), 0),
    ("cannot be built", commit(PHONE, builds=False), 14),
    ("does not start", commit(PHONE, starts=False), 12),
    ("ill", commit(PHONE, ill=True), 15),
)


@pytest.mark.parametrize("begun", ["code and two revisions", "two services", "ill once replaced"])
@pytest.mark.parametrize("fix", FIXES, ids=[name for name, _, _ in FIXES])
def test_another_commit_takes_over(begun: str, fix: tuple[str, object, int]) -> None:
    """Production is the new commit then, or what was well before."""
    _, following, ends = fix
    scenario = replace(BY_NAME[begun], services=TWO)
    mail = tuple(each for each in scenario.commit.revisions if each.id == "r3")
    third = replace(  # type: ignore[type-var]
        following,
        name="C",
        files=(("app.py", "3"),),
        revisions=(*following.revisions, *mail),  # type: ignore[attr-defined]
        after=("A", "B"),
    )
    first = scenario.world()
    for process, world, clone in disturbed(scenario):
        world.commits["C"] = third  # type: ignore[assignment]
        world.commits["B"] = replace(world.commits["B"], after=("A",))
        at_start, ended = copy.deepcopy(world), clone.newest().finished_at
        run = clone.sync("C")
        told = (process.count, process.trail[-1], run.exit_code, run.message)
        assert world.left("here") == [], told
        assert world.all_well(), told
        if ends == 0:
            assert (run.exit_code, world.runs("C")) == (0, True), told
        elif at_start.runs("B") and at_start.all_well():
            assert (run.exit_code, world.runs("B")) == (ends, True), told
        elif run.exit_code in {12, 14}:
            settled = at_start.runs("B") and at_start.all_well()
            kept = at_start if settled or ended else first
            assert world.standing() == kept.standing(), told
        else:
            assert run.exit_code == 15, told
            assert world.runs("A") or world.runs("B"), told


def half_applied() -> Iterator[tuple[World, Clone, Run]]:
    """A revision that is no transaction, cut off in its middle, and found so."""
    scenario = BY_NAME["no transaction"]
    for process, world, clone in disturbed(scenario):
        if process.trail[-1].startswith("part ") and "r2" not in world.applied:
            partly = world.schema != scenario.world().schema
            run = clone.sync("B")
            assert run.exit_code == (13 if partly else 0)
            if run.exit_code == 13:
                yield world, clone, run


def test_who_is_half_applied_is_named_until_a_person_has_mended_it() -> None:
    found = 0
    for world, clone, run in half_applied():
        found += 1
        assert "revision r2 is half applied to production" in run.message
        if "index ix INVALID" in world.schema:
            assert "the index ix INVALID" in run.message
        assert "alembic stamp" in run.message
        again = clone.sync("B")
        assert (again.exit_code, again.message) == (13, run.message)
        world.schema -= {each for each in world.schema if each.startswith("index ix")}
        assert clone.sync("B").exit_code == 0
        assert world.runs("B")
    assert found == 2


def test_who_finishes_it_by_hand_says_so_with_a_stamp() -> None:
    for world, clone, _ in half_applied():
        world.schema -= {"index ix INVALID"}
        world.come_to_pass(INDEX, len(INDEX.parts) - 1)
        run = clone.sync("B")
        assert (run.exit_code, run.message) == (0, "applied r2; replaced api")


def test_given_up_it_is_told_once_and_tried_anew() -> None:
    for world, clone, _ in half_applied():
        given_up = clone.abort()
        assert given_up.exit_code == 13
        assert "half applied" in given_up.message
        assert clone.abort().exit_code == 12
        again = clone.sync("B")
        assert again.exit_code == 13
        assert "is there already" in again.message
        world.schema -= {each for each in world.schema if each.startswith("index ix")}
        clone.abort()
        assert clone.sync("B").exit_code == 0
        assert world.runs("B")


@pytest.mark.parametrize("name", ["two services", "ill once replaced", "no transaction"])
def test_two_at_once_change_nothing_of_each_other(name: str) -> None:
    scenario = BY_NAME[name]
    for at in range(1, MOST):
        world = scenario.world()
        before = copy.deepcopy(world)
        ends: list[Run] = []
        clone, other = Clone(world), Clone(world, "there")

        def others() -> None:
            held = world.database_lock  # noqa: B023
            effects = world.effects  # noqa: B023
            ends.append(other.sync("B"))  # noqa: B023
            ends.append(clone.sync("B"))  # noqa: B023
            if held:
                assert {each.exit_code for each in ends} <= {11, 0, 12}  # noqa: B023
                assert world.effects == effects  # noqa: B023

        process = Process(world, at, then=others)
        run = clone.sync("B", process)
        if not ends:
            return
        told = (at, process.trail[at - 1], run.exit_code, run.message, [e.exit_code for e in ends])
        again = clone.sync("B")
        assert again.exit_code == scenario.ends, told
        assert lies(scenario, world, again, before, knows=False) == [], told
        assert world.database_lock is None


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_who_loses_the_lock_stops_and_says_what_is_true(scenario: Scenario) -> None:
    for at in range(1, MOST):
        world = scenario.world()
        before = copy.deepcopy(world)
        clone = Clone(world)
        lost: list[int] = []

        def lose() -> None:
            if world.database_lock:  # noqa: B023
                world.database_lock = None  # noqa: B023
                lost.append(world.effects)  # noqa: B023

        process = Process(world, at, then=lose)
        run = clone.sync("B", process)
        if process.count < at:
            return
        told = (at, process.trail[at - 1], run.exit_code, run.message)
        allowed = {scenario.ends, 12, 13, 15} | ({16} if scenario.halfway else set())
        assert run.exit_code in allowed, told
        if run.exit_code != 13:
            assert lies(scenario, world, run, before) == [], told
        again = clone.sync("B")
        wrong = lies(scenario, world, again, before, knows=False)
        assert again.exit_code in {scenario.ends, 12, 13 if scenario.halfway else 0}, told
        assert wrong == [] or run.exit_code == 15, (*told, again.message, wrong)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_production_goes_away_and_comes_back(scenario: Scenario) -> None:
    """The engine and the database do not answer from some moment on, until the run has ended."""
    for at in range(1, MOST):
        world = scenario.world()
        before = copy.deepcopy(world)
        clone = Clone(world)

        def away() -> None:
            world.up = False  # noqa: B023
            world.database_lock = None  # noqa: B023

        process = Process(world, at, then=away)
        run = clone.sync("B", process)
        if world.up:
            return
        told = (at, process.trail[at - 1], run.exit_code, run.message)
        if run.exit_code in {12, 14}:
            assert world.standing() == before.standing(), told
        assert run.exit_code in {scenario.ends, 12, 13, 14, 16}, told
        world.up = True
        again = clone.sync("B")
        assert again.exit_code in {scenario.ends, 12} | ({13, 16} if scenario.halfway else set()), (
            *told,
            again.exit_code,
            again.message,
        )
        wrong = lies(scenario, world, again, before, knows=False)
        assert wrong == [] or run.finished_at, (*told, again.message, wrong)
