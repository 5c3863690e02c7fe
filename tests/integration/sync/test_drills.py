"""The drills of `benchmarks/run sync-kills` and `benchmarks/run sync-races`, short."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from benchmarks.pushes.shop import isolated
from benchmarks.syncs import commands
from benchmarks.syncs.drill import Drill
from benchmarks.syncs.races import Races

KILLS = 12
ROUNDS = 3

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]


def test_whatever_is_struck_production_is_the_new_commit_or_the_old_one(tmp_path: Path) -> None:
    with isolated(tmp_path / "home"), commands.running(tmp_path) as production:
        drill = Drill(production, tmp_path, 7)
        drill.run(KILLS)
    assert drill.violations == []
    assert drill.strikes.total() >= KILLS


def test_of_two_at_once_one_works_and_the_other_waits(tmp_path: Path) -> None:
    with isolated(tmp_path / "home"), commands.running(tmp_path) as production:
        races = Races(production, tmp_path, 2, "trees")
        races.race(ROUNDS)
    assert races.violations == []
    assert races.waits > 0
