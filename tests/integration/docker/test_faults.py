"""A sample of the drill `benchmarks/run faults`: what is broken is named, and nothing else is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from benchmarks.faults.kit import FAULTS, STAGES
from benchmarks.faults.matrix import attempt, judge, pairs
from benchmarks.faults.steady import ask, report
from benchmarks.faults.world import Said, World, opened
from tests.support.production import Production

pytestmark = pytest.mark.docker

ALONE = (
    *("worker-exited-3", "one-replica-stopped", "worker-renamed", "image-one-ahead"),
    *("resets", "not-found", "dropped", "login-refused"),
)
"""Faults of each room that are quick to make and to mend."""

TOGETHER = (
    ("worker-killed", "one-behind"),
    ("answers-503", "emptied"),
    ("engine-is-none", "refused"),
)


@pytest.fixture(scope="module")
def world(
    healthy_production: Production, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """The session's production with what the faults need beside it."""
    healthy_production.check_healthy()
    with opened(healthy_production, tmp_path_factory.mktemp("state")) as opened_world:
        yield opened_world


@pytest.mark.parametrize("name", ALONE)
def test_a_fault_alone(world: World, name: str) -> None:
    assert attempt(world, (FAULTS[name],)).wrong == ()


@pytest.mark.parametrize("names", TOGETHER, ids=" + ".join)
def test_two_faults_together(world: World, names: tuple[str, str]) -> None:
    assert attempt(world, (FAULTS[names[0]], FAULTS[names[1]])).wrong == ()


def test_production_is_well_once_all_is_mended(world: World) -> None:
    world.settle()
    said = world.verify("--wait", "30")
    assert (said.code, set(said.statuses.values())) == (0, {"ok"})


def test_runs_are_counted_and_blame_is_told(world: World) -> None:
    """What `benchmarks/run steady` prints."""
    seconds, blamed = ask(world, 1)
    assert (len(seconds), blamed) == (1, [])
    with FAULTS["emptied"].inject(world):
        seconds, blamed = ask(world, 1)
    assert [line.partition(": ")[2] for line in blamed] == [
        "exit 4: records: Projects: 0, the table is empty"
    ]
    assert "| 1 | 1 |" in report(seconds, blamed)


def test_the_judge_can_blame(world: World) -> None:
    """What is said of a healthy production is wrong of a broken one, and the other way round."""
    well = world.verify("--wait", "30")
    for each in FAULTS.values():
        missed = [word for word in judge((each,), well) if "MISSED" in word]
        assert len(missed) == len(each.expects) + len(each.warns)
    with FAULTS["emptied"].inject(world):
        emptied = world.verify()
    assert any("BLAMED" in word for word in judge((FAULTS["worker-renamed"],), emptied))
    assert judge((FAULTS["worker-renamed"],), Said(None, "", "")) == ["it hangs"]


def test_the_matrix_is_large_enough() -> None:
    """Each stage and the engine; pairs are the same for the same seed, and of different rooms."""
    assert len(FAULTS) >= 40
    assert {each.room for each in FAULTS.values()} == {*STAGES, "engine"}
    drawn = pairs(40, seed=1)
    assert drawn == pairs(40, seed=1)
    assert drawn != pairs(40, seed=2)
    assert len({(one.name, other.name) for one, other in drawn}) == 40
    assert all(one.room != other.room for one, other in drawn)
