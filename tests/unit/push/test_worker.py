"""What the worker writes of a run that was cut off, or that ends with an error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.support.world.working import MemoryStore

from safeguards.errors import UnreachableError
from safeguards.journal.journal import Journal
from safeguards.push.deploy import Deploy, Order
from safeguards.push.pending import Awaited, Pending, encode
from safeguards.push.worker import Worker
from safeguards.pushed import PushedRef
from safeguards.runs import Run, Work

REF = PushedRef("refs/heads/main", "a" * 40, "refs/heads/main", "0" * 40)
PENDING = Pending(
    "1", "2026-01-01T00:00:00Z", "origin", "u", (REF,), (Awaited(REF),), "", "pass", taken=True
)
DONE = Work(applied=("018",), replaced=("api",), taken="2026-01-01T00:00:01Z")


class Spool:
    """Holds the one record."""

    def __init__(self) -> None:
        self.finished: list[str] = []

    @contextmanager
    def locked(self, name: str) -> Iterator[bool]:
        yield True

    def take(self, name: str) -> bytes | None:
        return None if self.finished else encode(PENDING)

    def finish(self, name: str) -> None:
        self.finished.append(name)

    def pending(self) -> tuple[object, ...]:
        return ()

    claimed = pending


class Around:
    """A place in which the push is followed by `deploying`."""

    def __init__(self, deploying: Deploy) -> None:
        self.deploying = deploying
        self.said: list[str] = []

    def deploy(self, pending: Pending) -> tuple[Deploy, str]:
        return self.deploying, "production"

    def now(self) -> str:
        return "2026-01-01T00:00:09Z"

    def say(self, line: str) -> None:
        self.said.append(line)

    def crashed(self, error: Exception) -> str:
        return "see the log"


def work(journal: Journal, deploying: Deploy) -> Run | None:
    return Worker(Spool(), journal, Around(deploying)).work("1")  # type: ignore[arg-type]


def test_a_run_that_was_cut_off_is_gone_on_with_and_still_knows_what_it_did() -> None:
    journal = Journal(MemoryStore())
    begun = Run("1", "sync", "push", "production", PENDING.at, "running", "a" * 40, work=DONE)
    journal.write(begun)
    seen: list[Run | None] = []

    def deploy(order: Order, write: object) -> Run:
        seen.append(journal.run(order.run_id))
        assert [each.id for each in journal.syncs(5, target="production")] == ["1"]
        raise UnreachableError("cut off again")

    run = work(journal, deploy)
    assert seen[0] is not None
    assert (seen[0].work, seen[0].trigger) == (DONE, "resume")
    assert run is not None
    assert run.work == DONE


@pytest.mark.parametrize(
    ("error", "code"), [(UnreachableError("x"), 69), (ZeroDivisionError("x"), 70)]
)
def test_an_error_leaves_what_was_written_until_then(error: Exception, code: int) -> None:
    journal = Journal(MemoryStore())

    def deploy(order: Order, write: object) -> Run:
        known = journal.run(order.run_id)
        assert known is not None
        journal.write(
            Run(known.id, "sync", "push", "production", known.started_at, "running", work=DONE)
        )
        raise error

    run = work(journal, deploy)
    assert run is not None
    assert (run.exit_code, run.work, run.target) == (code, DONE, "production")
    assert journal.run("1") == run
