from __future__ import annotations

import pytest

from safeguards.errors import DeadlineError, RefusedError, UnreachableError, UnsentError
from safeguards.health.inside import UnaskedError
from safeguards.health.retrying import Asked, Retrying
from safeguards.health.wanted import Endpoint
from safeguards.system.clock import FakeClock
from safeguards.system.http import Answer

REFUSED = UnsentError("connection refused")
CUT = UnreachableError("cut off")

Story = int | UnreachableError


class Server:
    """Tells its story, a part at each try, and its last part from then on."""

    def __init__(self, clock: FakeClock, *story: Story, takes: float = 0.0) -> None:
        self.clock = clock
        self.story = list(story)
        self.takes = takes
        self.left: list[float] = []

    def __call__(self, left: float) -> Answer:
        self.left.append(left)
        self.clock.sleep(self.takes)
        part = self.story.pop(0) if len(self.story) > 1 else self.story[0]
        if isinstance(part, UnreachableError):
            raise part
        return Answer(part, b"", "http://api.index.example/", 1)


def tried(
    *story: Story, method: str = "GET", retries: int = 2, expect: tuple[int, ...] = ()
) -> tuple[Asked, int]:
    clock = FakeClock()
    server = Server(clock, *story)
    route = Endpoint("/", method=method, expect=expect)
    asked = Retrying(clock, retries, 5.0).ask(route, server)
    return asked, len(server.left)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE"])
@pytest.mark.parametrize("trouble", [REFUSED, CUT, 502, 503, 504])
def test_what_may_pass_is_asked_again(method: str, trouble: Story) -> None:
    assert tried(trouble, 200, method=method)[1] == 2
    assert tried(trouble, method=method)[1] == 3
    assert tried(trouble, method=method, retries=0)[1] == 1
    assert tried(trouble, method=method, retries=4)[1] == 5


@pytest.mark.parametrize("method", ["POST", "PATCH"])
@pytest.mark.parametrize(("trouble", "tries"), [(REFUSED, 3), (CUT, 1), (503, 1)])
def test_what_was_sent_is_not_sent_twice(method: str, trouble: Story, tries: int) -> None:
    assert tried(trouble, method=method)[1] == tries


@pytest.mark.parametrize(
    "final",
    [
        *(200, 301, 401, 404, 429, 500, 501),
        *(DeadlineError("late"), RefusedError("bad certificate"), UnaskedError("no way")),
    ],
)
def test_what_does_not_pass_is_asked_once(final: Story) -> None:
    assert tried(final)[1] == 1


def test_what_is_expected_is_asked_once() -> None:
    assert tried(503, expect=(503,))[1] == 1


def test_what_came_late_is_told() -> None:
    asked, _ = tried(REFUSED, 200)
    assert asked.told == "answered only at the second try; before: connection refused"
    asked, _ = tried(REFUSED, 503, 200)
    assert asked.told == "answered only at the third try; before: 503"
    asked, _ = tried(503, 503, 503, 200, retries=3)
    assert asked.told == "answered only at try 4; before: 503"
    assert tried(200)[0].told == ""


def test_pauses_grow() -> None:
    clock = FakeClock()
    server = Server(clock, REFUSED)
    Retrying(clock, 3, 5.0).ask(Endpoint("/"), server)
    assert server.left == pytest.approx([5.0, 4.8, 4.4, 3.6])


def test_all_tries_together_keep_the_time_out() -> None:
    clock = FakeClock()
    server = Server(clock, 503, takes=0.9)
    asked = Retrying(clock, 10, 2.0).ask(Endpoint("/"), server)
    assert clock.monotonic() <= 2.0 + 0.9
    assert len(server.left) == 2
    assert asked.answer is not None


def test_a_retry_that_is_late_tells_the_whole_time() -> None:
    clock = FakeClock()
    server = Server(clock, CUT, DeadlineError("no answer within 4.8 s"))
    asked = Retrying(clock, 2, 5.0).ask(Endpoint("/"), server)
    assert asked.error is not None
    assert asked.error.message == "no answer within 5 s"
    assert asked.before == ("cut off",)


def test_a_host_where_nobody_listens_is_asked_no_hundred_times() -> None:
    clock = FakeClock()
    server = Server(clock, REFUSED)
    retrying = Retrying(clock, 2, 5.0)
    for _ in range(100):
        assert retrying.ask(Endpoint("/"), server).error is REFUSED
    assert len(server.left) == 3 + 99
