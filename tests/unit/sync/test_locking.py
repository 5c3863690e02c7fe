"""Both locks, for as long as something waits for them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from safeguards.errors import RefusedError, UnreachableError
from safeguards.sync.errors import LockHeldError
from safeguards.sync.keeping import Holder
from safeguards.sync.locking import PAUSE, TOLD, both_locks
from safeguards.system.clock import FakeClock

ADA = Holder("ada", "laptop", "1a2b3c4d", "2026-01-01T00:00:00Z")


class Lock:
    """Taken by somebody else for the first `busy` tries."""

    def __init__(self, busy: int = 0, error: Exception | None = None) -> None:
        self.busy = busy
        self.error = error
        self.ours = False
        self.tries = 0

    def take(self) -> Holder | None:
        self.tries += 1
        if self.error:
            raise self.error
        if self.tries <= self.busy:
            return ADA
        self.ours = True
        return None

    def held(self) -> bool:
        return self.ours

    def release(self) -> None:
        if self.error:
            raise self.error
        self.ours = False


class Local:
    """This machine's lock, likewise."""

    def __init__(self, busy: int = 0) -> None:
        self.busy = busy
        self.held = False

    @contextmanager
    def take(self) -> Iterator[bool]:
        self.busy -= 1
        self.held = self.busy < 0
        try:
            yield self.held
        finally:
            self.held = False


def test_both_are_held_until_the_end() -> None:
    lock, local = Lock(), Local()
    with both_locks(local.take, lock, FakeClock(), 5, print) as guard:
        guard()
        assert (lock.ours, local.held) == (True, True)
    assert (lock.ours, local.held) == (False, False)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_both_are_free_after_an_error(error: type[BaseException]) -> None:
    lock, local = Lock(), Local()
    with pytest.raises(error), both_locks(local.take, lock, FakeClock(), 5, print):
        raise error
    assert (lock.ours, local.held) == (False, False)


def test_who_waits_is_told_for_whom_now_and_then() -> None:
    clock, told = FakeClock(), list[str]()
    with both_locks(Local().take, Lock(busy=60), clock, 60, told.append):
        pass
    assert set(told) == {"waiting for ada@laptop, for 1a2b3c4d, since 2026-01-01T00:00:00Z"}
    assert 60 * PAUSE <= clock.monotonic() <= 60 * 2 * PAUSE
    assert len(told) == 1 + int(clock.monotonic() // (TOLD + 2 * PAUSE)) or len(told) > 2


def test_who_waited_enough_is_told_who_has_it() -> None:
    clock, local, lock = FakeClock(), Local(), Lock(busy=10**6)
    with (
        pytest.raises(LockHeldError, match=r"held by ada@laptop.*\(3 s were waited\)") as caught,
        both_locks(local.take, lock, clock, 3, lambda line: None),
    ):
        raise AssertionError
    assert caught.value.exit_code == 11
    assert 3 <= clock.monotonic() < 3 + 2 * PAUSE
    assert not local.held


def test_without_patience_it_is_tried_once() -> None:
    lock = Lock(busy=1)
    with pytest.raises(LockHeldError), both_locks(Local().take, lock, FakeClock(), 0, print):
        raise AssertionError
    assert lock.tries == 1


def test_both_waits_count_together() -> None:
    clock = FakeClock()
    with (
        pytest.raises(LockHeldError),
        both_locks(Local(busy=10).take, Lock(busy=10**6), clock, 4, lambda line: None),
    ):
        raise AssertionError
    assert clock.monotonic() < 4 + 2 * PAUSE


def test_the_database_is_not_asked_before_this_machine_is_ours() -> None:
    lock = Lock()
    with (
        pytest.raises(LockHeldError, match="another sync on this machine"),
        both_locks(Local(busy=10**6).take, lock, FakeClock(), 1, lambda line: None),
    ):
        raise AssertionError
    assert lock.tries == 0


def test_a_lock_that_was_lost_is_told_by_the_guard() -> None:
    lock = Lock()
    with both_locks(Local().take, lock, FakeClock(), 1, print) as guard:
        guard()
        lock.ours = False
        with pytest.raises(UnreachableError, match="was lost"):
            guard()


def test_a_lock_that_cannot_be_given_back_changes_no_end() -> None:
    lock = Lock()
    with both_locks(Local().take, lock, FakeClock(), 1, print):
        lock.error = UnreachableError("gone")


def test_what_the_database_says_comes_through() -> None:
    lock = Lock(error=RefusedError("behind a pooler"))
    with pytest.raises(RefusedError), both_locks(Local().take, lock, FakeClock(), 1, print):
        raise AssertionError


def test_without_a_database_this_machine_is_enough() -> None:
    local = Local()
    with both_locks(local.take, None, FakeClock(), 1, print) as guard:
        guard()
        assert local.held
