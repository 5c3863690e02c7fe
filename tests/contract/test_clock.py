"""One suite for `Clock`: the machine's and the one that never waits."""

from __future__ import annotations

from datetime import timedelta

import pytest

from safeguards.system.clock import Clock, FakeClock, SystemClock


@pytest.fixture(params=[SystemClock, FakeClock])
def clock(request: pytest.FixtureRequest) -> Clock:
    made: Clock = request.param()
    return made


def test_sleeping_moves_both_hands(clock: Clock) -> None:
    now, monotonic = clock.now(), clock.monotonic()
    clock.sleep(0.02)
    assert clock.monotonic() - monotonic >= 0.0199
    assert clock.now() - now >= timedelta(seconds=0.019)


def test_now_is_in_utc(clock: Clock) -> None:
    assert clock.now().utcoffset() == timedelta(0)


def test_sleeping_for_nothing_is_allowed(clock: Clock) -> None:
    before = clock.monotonic()
    clock.sleep(0)
    assert clock.monotonic() >= before
