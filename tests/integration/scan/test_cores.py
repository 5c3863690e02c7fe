"""Work on several cores: the results of one, whatever becomes of the helpers."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from safeguards.system import parallel
from safeguards.system.parallel import ENOUGH_BYTES, map_bytes

CONTENTS = [b"%d" % number * (ENOUGH_BYTES // 100) for number in range(100)]
PARENT = os.getpid()

pytestmark = pytest.mark.skipif(
    len(os.sched_getaffinity(0)) < 2, reason="one core works in one process"
)


def ours(data: bytes) -> tuple[bytes, bool]:
    return data[:3], os.getpid() == PARENT


def killed(data: bytes) -> bytes:
    if os.getpid() != PARENT:
        os.kill(os.getpid(), signal.SIGKILL)
    return data[:3]


def hanging(data: bytes) -> bytes:
    while os.getpid() != PARENT:
        time.sleep(1)
    return data[:3]


def failing(data: bytes) -> bytes:
    if os.getpid() != PARENT:
        raise MemoryError
    return data[:3]


def children() -> set[str]:
    """The processes that this one has started and not yet waited for, by number."""
    found = set()
    for status in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            number, _, rest = status.read_text().rpartition(")")
            if rest.split()[1] == str(os.getpid()):
                found.add(number.split()[0])
    return found


@pytest.fixture(autouse=True)
def no_helper_is_left() -> Iterator[None]:
    before = children()
    yield
    assert children() <= before


def test_every_core_has_a_share_and_the_order_stays() -> None:
    found = list(map_bytes(ours, CONTENTS))
    assert [data for data, _ in found] == [data[:3] for data in CONTENTS]
    assert {here for _, here in found} == {True, False}


def test_little_work_is_done_here() -> None:
    assert list(map_bytes(ours, CONTENTS[:3])) == [(data[:3], True) for data in CONTENTS[:3]]


@pytest.mark.parametrize("function", [killed, hanging, failing])
def test_what_a_helper_does_not_deliver_is_done_here(
    function: Callable[[bytes], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "LEAST_PATIENCE", 0.3)
    assert list(map_bytes(function, CONTENTS)) == [data[:3] for data in CONTENTS]


def test_where_no_process_can_be_made_one_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused() -> int:
        raise BlockingIOError

    monkeypatch.setattr(os, "fork", refused)
    assert list(map_bytes(ours, CONTENTS)) == [(data[:3], True) for data in CONTENTS]


@pytest.mark.parametrize("contents", [CONTENTS, CONTENTS[:3]])
def test_tells_how_far_it_is(contents: list[bytes]) -> None:
    told: list[tuple[int, int]] = []
    found = list(map_bytes(ours, contents, lambda *at: told.append(at)))
    assert [each for each, _ in found] == [data[:3] for data in contents]
    assert told == sorted(told)
    assert told[-1] == (len(contents), len(contents))
    assert {total for _, total in told} == {len(contents)}
