"""Whether what was started stays up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from safeguards.errors import UnreachableError
from safeguards.runtimes.observe import Instance
from safeguards.sync.watching import ALONE, PAUSE, STREAK, wait_until_up
from safeguards.system.clock import FakeClock


def up(**changes: object) -> Instance:
    return Instance(**{"name": "api-1", "id": "1", "state": "running", **changes})  # type: ignore[arg-type]


Seen = Sequence[Instance] | Exception


def watched(
    seen: Sequence[Seen], seconds: float = 10, *, told: bool = True, **given: object
) -> tuple[str, float, int]:
    """What is found, after how long, in how many looks; the last thing seen stays."""
    clock, looks = FakeClock(), 0

    def look() -> tuple[Instance, ...]:
        nonlocal looks
        found = seen[min(looks, len(seen) - 1)]
        looks += 1
        if isinstance(found, Exception):
            raise found
        return tuple(found)

    trouble = wait_until_up(look, clock, seconds, told=told, **given)  # type: ignore[arg-type]
    return trouble, clock.monotonic(), looks


def test_a_streak_is_enough_where_something_else_tells() -> None:
    assert watched([[up()]]) == ("", (STREAK - 1) * PAUSE, STREAK)
    assert watched([[up(health="healthy")]], told=False)[2] == STREAK


def test_it_has_to_stay_up_longer_where_nothing_else_tells() -> None:
    trouble, seconds, _ = watched([[up()]], told=False)
    assert trouble == ""
    assert ALONE <= seconds < ALONE + 2 * PAUSE


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ([], "nothing runs"),
        ([up(state="restarting")], "api-1 is restarting"),
        ([up(state="paused")], "api-1 is paused"),
        ([up(health="starting")], "api-1 is starting"),
        ([up(health="unhealthy")], "api-1 is unhealthy"),
        ([up(), up(name="api-2", id="2", state="created")], "api-2 is created"),
    ],
)
def test_what_is_wrong_to_the_end_is_told(wrong: list[Instance], said: str) -> None:
    trouble, seconds, _ = watched([wrong])
    assert trouble == said
    assert 10 <= seconds < 10 + PAUSE + 0.01


def test_what_has_ended_for_good_is_not_waited_for() -> None:
    ended = up(state="exited", exit_code=3, oom_killed=True)
    trouble, seconds, looks = watched([[ended]])
    assert (trouble, seconds, looks) == (
        "api-1 is exited with exit code 3, out of memory",
        0,
        1,
    )


def test_one_that_ended_beside_one_that_runs_may_come_back() -> None:
    ended = up(name="api-2", id="2", state="exited")
    assert watched([[up(), ended], [up(), up(name="api-2", id="2")]])[0] == ""


def test_what_comes_late_is_waited_for() -> None:
    seen: list[Seen] = [[], [up(state="created")], [up(health="starting")], [up(health="healthy")]]
    assert watched(seen) == ("", (3 + STREAK - 1) * PAUSE, 3 + STREAK)


def test_a_crash_loop_is_no_streak() -> None:
    """Each look finds it running, and started once more."""
    seen = [[up(restarts=number)] for number in range(1000)]
    trouble, seconds, _ = watched(seen)
    assert trouble == "api-1 restarts again and again"
    assert seconds >= 10


def test_a_restart_begins_the_streak_anew() -> None:
    seen = [[up(restarts=4)], [up(restarts=4)], [up(restarts=5)], [up(restarts=5)]]
    assert watched(seen)[2] == 3 + STREAK


def test_restarts_are_counted_for_each_instance() -> None:
    """Another one, which restarted before it was first seen, tells nothing."""
    one, two = up(restarts=0), up(name="api-2", id="2", restarts=7)
    assert watched([[one], [one, two], [one, two]])[2] == STREAK


def test_what_the_caller_finds_wrong_counts() -> None:
    given: Callable[[tuple[Instance, ...]], str] = lambda seen: "another version"  # noqa: E731
    assert watched([[up()]], wrong=given)[0] == "another version"


def test_what_cannot_be_seen_is_looked_at_again() -> None:
    away = UnreachableError("the engine does not answer")
    assert watched([[up()], away, [up()]])[0] == ""
    assert watched([away])[0] == "the engine does not answer"
