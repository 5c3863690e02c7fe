"""A container that dies again and again is never well, whenever one looks; another one is soon."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest
from tests.unit.health.test_containers import NOBODY, Told

from safeguards.checks import Item
from safeguards.health.restarts import Before, Memory, loops
from safeguards.health.stages.containers import observe
from safeguards.runtimes.observe import Instance
from safeguards.system.clock import FakeClock

MADE = datetime(2026, 1, 1, tzinfo=timezone.utc)


class Restarted(Told):
    """A container whose engine starts it again whenever it dies, as Docker does: after a pause
    that doubles up to a minute, and begins anew after a life of ten seconds. After all `lives` it
    stays up.
    """

    def __init__(self, clock: FakeClock, at: float, lives: list[float]) -> None:
        super().__init__(web=[])
        self._clock = clock
        self._at = at
        self._lives = lives

    def inspect(self, name: str) -> tuple[Instance, ...]:
        self.asked.append(name)
        now = self._at + self._clock.monotonic()
        started, pause = 0.0, 0.1
        for deaths, life in enumerate(self._lives):
            if now < started + life:
                return (self._instance("running", deaths, started, now, pause),)
            pause = 0.1 if life >= 10 else min(pause * 2, 60)
            if now < started + life + pause:
                return (self._instance("restarting", deaths + 1, started, now, None),)
            started += life + pause
        return (self._instance("running", len(self._lives), started, now, pause),)

    def _instance(
        self, state: str, restarts: int, started: float, now: float, pause: float | None
    ) -> Instance:
        # The engine's date is cut off to a second.
        uptime = max(now - started - 0.9, 0.0) if state == "running" else None
        at = (MADE + timedelta(seconds=started)).isoformat()
        made = MADE.isoformat()
        return Instance(
            "web", "1", state, restarts=restarts, started_at=at, created_at=made, age=now,
            uptime=uptime, exit_code=int(state == "restarting"), pause=pause,
        )  # fmt: skip


def status_at(at: float, lives: list[float]) -> str:
    clock = FakeClock(MADE + timedelta(seconds=at))
    (item,) = observe(Restarted(clock, at, lives), clock, NOBODY)
    return item.status


@pytest.mark.parametrize("life", [0.05, 0.5, 1, 2.9, 3.1, 5, 8, 9.9, 10.1, 15, 30, 45, 59])
def test_a_crash_loop_is_never_well_whenever_one_looks(life: float) -> None:
    """The first life may pass: nobody can know. From the second death on there is no doubt."""
    lives = [life] * 200
    begin = 2 * (life + 1.0)
    passed = [at for step in range(400) if status_at(at := begin + step * 0.61, lives) != "fail"]
    assert passed == []


@pytest.mark.parametrize("lives", [[], [2.0], [0.3] * 5, [1.0, 4.0], [5.0, 5.0], [1.0] * 12])
def test_what_came_up_in_the_end_is_well_soon(lives: list[float]) -> None:
    """An application that dies until its database is there, and stays up then."""
    last = sum(lives) + sum(min(0.1 * 2**number, 60) for number in range(1, len(lives) + 1))
    assert status_at(last + 12.5 if lives else 0.1, lives) == "ok"
    assert status_at(last + 3600, lives) == "ok"


@pytest.mark.parametrize(
    ("restarts", "age", "uptime", "looping"),
    [
        (0, 60, 30, False),
        (1, 60, 30, False),  # one death is no loop
        (2, 45, 15, True),
        (2, 60, 40, False),  # it outlived its usual life
        (2, 90000, 15, False),  # it usually lives for hours
        (60, 3600, 80, True),
        (60, 3600, 200, False),
    ],
)
def test_a_loop_is_proven_by_short_lives(
    restarts: int, age: float, uptime: float, looping: bool
) -> None:
    instance = Instance("web", "1", "running", restarts=restarts, age=age, uptime=uptime)
    assert loops(instance, None) is looping
    assert loops(instance, Before(restarts, 10.0)) is looping


def test_a_runtime_without_times_proves_nothing() -> None:
    assert not loops(Instance("web", "1", "running", restarts=9), Before(0, 60))


def test_the_past_of_another_container_is_none_of_this_one() -> None:
    items = (Item("web", "fail", measures={"restarts": 4, "created_seconds": 1577836800.0}),)
    memory = Memory(lambda: ("2020-01-01T01:00:00.000Z", items), lambda: MADE)
    same = Instance("web", "1", "running", restarts=6, created_at="2020-01-01T00:00:00Z")
    known = memory.of("web", same)
    assert known is not None
    assert (known.restarts, known.seconds) == (4, (MADE.timestamp() - 1577836800 - 3600))
    for changed in (
        {"created_at": "2020-01-01T00:00:07Z"},
        {"created_at": ""},
        {"restarts": 0},
        {"restarts": 3},  # somebody started it anew
    ):
        kept = {"restarts": 6, "created_at": "2020-01-01T00:00:00Z", **changed}
        assert memory.of("web", Instance("web", "1", "running", **kept)) is None  # type: ignore[arg-type]
    assert memory.of("other", same) is None
