from __future__ import annotations

import threading
import time

from safeguards.errors import DeadlineError
from safeguards.health.fanout import fan_out
from safeguards.system.clock import SystemClock


def test_outcomes_keep_the_order_of_the_jobs() -> None:
    jobs = [lambda n=n: (time.sleep((5 - n) / 200), n)[1] for n in range(5)]
    outcomes = fan_out(jobs, width=5, seconds=5, clock=SystemClock())
    assert [outcome.value for outcome in outcomes] == [0, 1, 2, 3, 4]


def test_an_exception_is_that_jobs_outcome_alone() -> None:
    def broken() -> int:
        raise ZeroDivisionError

    first, second = fan_out([broken, lambda: 1], width=1, seconds=5, clock=SystemClock())
    assert isinstance(first.error, ZeroDivisionError)
    assert (second.value, second.error) == (1, None)


def test_jobs_that_hang_hold_up_none_behind_them() -> None:
    release = threading.Event()
    hanging = [release.wait] * 3
    outcomes = fan_out([*hanging, lambda: True], width=2, seconds=0.05, clock=SystemClock())
    release.set()
    assert [type(outcome.error) for outcome in outcomes] == [DeadlineError] * 3 + [type(None)]
    assert outcomes[3].value is True


def test_no_more_than_width_at_a_time() -> None:
    running, most, lock = 0, 0, threading.Lock()

    def job() -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.005)
        with lock:
            running -= 1

    fan_out([job] * 20, width=8, seconds=5, clock=SystemClock())
    assert 1 < most <= 8


def test_each_end_is_told_once() -> None:
    told: list[int] = []
    jobs = [lambda: 1] * 4
    fan_out(jobs, width=2, seconds=5, clock=SystemClock(), done=lambda index, _: told.append(index))
    assert sorted(told) == [0, 1, 2, 3]


def test_no_jobs_are_no_outcomes() -> None:
    assert fan_out([], width=8, seconds=1, clock=SystemClock()) == ()
