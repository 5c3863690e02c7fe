"""The drills of `benchmarks/run pushes` and `benchmarks/run kills`, short."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from benchmarks.pushes import kills, many
from benchmarks.pushes.shop import Shop
from benchmarks.pushes.truth import Update, account, asked_twice, taken

PUSHES = 24
KILLS = 25

linux = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.mark.slow
@linux
def test_each_of_many_pushes_at_once_is_followed_once(tmp_path: Path) -> None:
    drill = many.Drill(Shop(tmp_path, 2, 2), seed=1)
    found = drill.run(PUSHES)
    assert found.violations == [], drill.shop.said()
    assert found.counts["accepted"] > 0 < found.counts["rejected"]


@pytest.mark.slow
@linux
def test_whatever_is_killed_each_push_is_followed_once(tmp_path: Path) -> None:
    drill = kills.Drill(Shop(tmp_path, 2, 1), seed=1)
    found = drill.run(KILLS)
    assert found.violations == [], drill.shop.said()
    assert found.counts["kills"] >= KILLS
    assert found.counts["accepted"] > 0


@linux
def test_the_account_finds_what_is_wrong(tmp_path: Path) -> None:
    shop = Shop(tmp_path, 1, 0)
    place = shop.places[0]
    lost = place.commit("unseen")
    place.git("push", "-q", "--no-verify", "origin", "main")
    assert taken(shop) == [Update("main", lost)]
    assert account(shop).violations == [
        f"{Update('main', lost)}: taken, and no push is known as accepted: lost"
    ]
    assert account(shop, outside=[Update("main", lost)]).violations == []
    shop.calls.write_text("hook worker one\n" * 4 + "hook pre-push\n" + "hook worker two\n" * 2)
    assert asked_twice(shop) == ["run one: done 2 times"]
    shop.clones[0].spool.put("three", b"{}")
    assert any("three is still pending" in each for each in account(shop).violations)
