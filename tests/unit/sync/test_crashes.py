"""A sync that is cut off after any of its changes ends well when it is made again."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from tests.support.world.judging import lies
from tests.support.world.process import Fate, KilledError, Process
from tests.support.world.reality import World
from tests.support.world.scenarios import SCENARIOS, Scenario
from tests.support.world.working import Clone

from safeguards.runs import Run

MOST = 200
"""More changes than any scenario has."""


@dataclass
class Cut:
    """A world in which a sync was killed after its change `at`."""

    at: int
    what: str
    fate: Fate
    world: World
    before: World
    clone: Clone
    ended: bool


def killed(scenario: Scenario, at: int, fate: Fate) -> Cut | None:
    """The world after the kill; None when the sync came to its end before."""
    world = scenario.world()
    before = copy.deepcopy(world)
    clone = Clone(world)
    process = Process(world, at, fate)
    try:
        clone.sync("B", process)
    except KilledError:
        ended = clone.newest().finished_at is not None
        return Cut(at, process.trail[-1], fate, world, before, clone, ended)
    return None


def cuts(scenario: Scenario) -> Iterator[Cut]:
    """Every kill, and where a migration was cut off, everything that may become of it."""
    for at in range(1, MOST):
        cut = killed(scenario, at, Fate(places="end" if at % 2 else "stay"))
        if cut is None:
            return
        yield cut
        if cut.what.startswith(("session of", "part ")):
            for session in ("finishes", "lingers", "late"):
                again = killed(scenario, at, Fate(session))
                assert again is not None
                yield again
    raise AssertionError("it does not end")


def name_of(scenario: Scenario) -> str:
    return scenario.name


def told(cut: Cut, run: Run, wrong: list[str]) -> str:
    return f"killed after {cut.at} ({cut.what}, {cut.fate}): {run.exit_code} {run.message}: {wrong}"


def settle(scenario: Scenario, cut: Cut, run: Run, ends: set[int], *, knows: bool = True) -> str:
    wrong = lies(scenario, cut.world, run, cut.before, knows=knows)
    if run.exit_code not in ends:
        wrong.append(f"not {ends}")
    if run.work and run.work.counts and run.work.counts != {"contacts": 5}:
        wrong.append(f"counts {run.work.counts}")
    if run.exit_code == 0:
        effects = cut.world.effects
        again = cut.clone.sync("B")
        if again.exit_code or cut.world.effects != effects:
            wrong.append(f"and again: {again.exit_code} {again.message}")
    return told(cut, run, wrong) if wrong else ""


def halfway(scenario: Scenario) -> set[int]:
    return {13} if scenario.halfway else set()


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_undisturbed(scenario: Scenario) -> None:
    world = scenario.world()
    before = copy.deepcopy(world)
    run = Clone(world).sync("B")
    assert (run.exit_code, lies(scenario, world, run, before)) == (scenario.ends, [])


@pytest.mark.parametrize("mode", ["plain", "resume"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_made_again(scenario: Scenario, mode: str) -> None:
    found = []
    for cut in cuts(scenario):
        if cut.ended and mode == "plain":  # another story begins
            cut.before = copy.deepcopy(cut.world)
        run = cut.clone.sync("B") if mode == "plain" else cut.clone.resume()
        ends = {scenario.ends} | halfway(scenario) | ({12} if cut.ended else set())
        found.append(settle(scenario, cut, run, ends))
    assert [each for each in found if each] == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_given_up(scenario: Scenario) -> None:
    """One that had come to its end stays at that; nothing well was there before a restart."""
    found = []
    for cut in cuts(scenario):
        run = cut.clone.abort()
        ends = {scenario.ends} if cut.ended else {12, 15} | halfway(scenario)
        if scenario.halfway or scenario.stopped:
            ends |= {16}
        found.append(settle(scenario, cut, run, ends))
    assert [each for each in found if each] == []


@pytest.mark.parametrize("scenario", SCENARIOS, ids=name_of)
def test_made_again_elsewhere(scenario: Scenario) -> None:
    """Another clone knows nothing of the run that was cut off."""
    found = []
    for cut in cuts(scenario):
        if cut.fate.session == "late":
            continue
        began, cut.before = cut.before, copy.deepcopy(cut.world)
        run = Clone(cut.world, "there").sync("B")
        if run.work is None or not run.work.taken:  # it found nothing to do, and only looked
            assert run.exit_code == (0 if cut.world.all_well() else 12)
            cut.before = began
            run = cut.clone.sync("B")
        elif "that was there before" not in run.message and run.exit_code in {13, 15, 16}:
            cut.before = began
        ends = {scenario.ends, 12} | halfway(scenario) | ({16} if scenario.halfway else set())
        if cut.what.startswith("removed"):  # it looks like a version that was stopped
            ends |= {16}
        found.append(settle(scenario, cut, run, ends, knows=False))
    assert [each for each in found if each] == []
