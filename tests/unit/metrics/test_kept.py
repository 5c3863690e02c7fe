from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

from safeguards.metrics.kept import Kept, Known
from safeguards.system.clock import FakeClock, SystemClock

LONG = 60.0
"""Seconds of patience that nobody uses up."""


class Question:
    """Counts how often it is asked, and answers when it is allowed to."""

    def __init__(self, *, answering: bool = True) -> None:
        self.asked = 0
        self.begun = threading.Event()
        self.allowed = threading.Event()
        if answering:
            self.allowed.set()

    def __call__(self) -> int:
        self.asked += 1
        number = self.asked
        self.begun.set()
        assert self.allowed.wait(LONG)
        return number


def value(known: Known[int] | None) -> int | None:
    return known.value if known else None


def test_a_fresh_answer_is_not_asked_for_again() -> None:
    question, clock = Question(), FakeClock()
    kept = Kept(question, clock, seconds=10)
    assert value(kept.newest(LONG)) == 1
    clock.sleep(9)
    assert kept.newest(LONG) == Known(1, 9.0)
    clock.sleep(2)
    assert kept.newest(LONG) == Known(2, 0.0)
    assert question.asked == 2


def test_all_who_wait_share_one_question() -> None:
    question = Question(answering=False)
    kept = Kept(question, SystemClock(), seconds=1000)
    with ThreadPoolExecutor(20) as pool:
        waiting = [pool.submit(kept.newest, LONG) for _ in range(20)]
        assert question.begun.wait(LONG)
        question.allowed.set()
        assert [value(each.result()) for each in waiting] == [1] * 20
    assert question.asked == 1


def test_a_question_that_hangs_holds_up_nobody() -> None:
    question, clock = Question(), FakeClock()
    kept = Kept(question, clock, seconds=10)
    assert value(kept.newest(LONG)) == 1
    question.allowed.clear()
    clock.sleep(60)
    assert kept.newest(0) == Known(1, 60.0)
    assert kept.newest(0.01) == Known(1, 60.0)
    assert question.asked <= 2
    question.allowed.set()
    assert value(kept.newest(LONG)) == 2
    assert question.asked == 2


def test_nothing_is_known_before_the_first_answer() -> None:
    question = Question(answering=False)
    kept = Kept(question, SystemClock(), seconds=10)
    assert kept.newest(0.01) is None
    question.allowed.set()
    assert value(kept.newest(LONG)) == 1


def test_the_age_counts_from_when_it_was_asked() -> None:
    clock = FakeClock()

    def slow() -> int:
        clock.sleep(30)
        return 1

    assert Kept(slow, clock, seconds=10).newest(LONG) == Known(1, 30.0)
