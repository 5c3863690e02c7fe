"""The drills of `benchmarks/run sync-kills` and `benchmarks/run sync-races`, short."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from benchmarks.pushes.shop import isolated
from benchmarks.syncs.drill import Drill
from benchmarks.syncs.kills import production_of
from benchmarks.syncs.production import Production
from benchmarks.syncs.races import Races
from tests.support import needs
from tests.support.needs import Unavailable

KILLS = {"command": 20, "compose": 5}
ROUNDS = {"command": 3, "compose": 2}
WHERE = {"command": "trees", "compose": "clones"}

D = TypeVar("D", bound=Drill)

pytestmark = [
    pytest.mark.docker,
    pytest.mark.postgres,
    pytest.mark.slow,
    pytest.mark.usefixtures("docker_engine"),
    pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc"),
]


def test_whatever_is_struck_production_is_the_new_commit_or_the_old_one(tmp_path: Path) -> None:
    def struck(production: Production, folder: Path) -> Drill:
        drill = Drill(production, folder, 7)
        drill.run(KILLS[production.name])
        return drill

    for drill in at_once(tmp_path, KILLS, struck):
        assert drill.violations == []
        assert drill.strikes.total() >= KILLS[drill.production.name]


def test_of_two_at_once_one_works_and_the_other_waits(tmp_path: Path) -> None:
    def raced(production: Production, folder: Path) -> Races:
        races = Races(production, folder, 2, WHERE[production.name])
        races.race(ROUNDS[production.name])
        return races

    for races in at_once(tmp_path, ROUNDS, raced):
        assert races.violations == []
        assert races.waits > 0


def at_once(
    folder: Path, runtimes: Iterable[str], drill: Callable[[Production, Path], D]
) -> list[D]:
    """A drill of each runtime, all at the same time: much of their time is waiting."""

    def one(runtime: str) -> D:
        own = folder / runtime
        own.mkdir()
        with production_of(runtime, own) as production:
            return drill(production, own)

    try:
        with isolated(folder / "home"), ThreadPoolExecutor() as pool:
            return list(pool.map(one, runtimes))
    except Unavailable as missing:
        needs.skip(missing)
