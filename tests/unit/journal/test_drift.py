from __future__ import annotations

import msgspec
import pytest

from safeguards.checks import Drift
from safeguards.journal.drift import SHOWN, Place, compare, never, next_action, settled, undecided
from safeguards.runs import Run

SYNCED = "1" * 40
TIP = "2" * 40
RUN = Run("r1", "sync", "push", "production", "2026-01-01T00:00:00.000Z", "pass", SYNCED)
PLACE = Place("origin", "main", "remote")


def anything(_path: str) -> bool:
    return True


def test_the_same_commit_is_no_drift() -> None:
    drift = compare(PLACE, RUN, SYNCED, None, counts=anything)
    assert drift.status == "none"
    assert drift.message == "origin/main is at 111111111111, which was synchronised last"
    assert (drift.synced, drift.tip, drift.run, drift.target) == (
        *(SYNCED, SYNCED, "r1", "production"),
    )
    assert next_action(drift) is None


def test_another_commit_with_the_same_inputs_is_no_drift() -> None:
    drift = compare(PLACE, RUN, TIP, ("README.md",), counts=lambda path: path != "README.md")
    assert drift.status == "none"
    assert drift.message.startswith("origin/main is at 222222222222; nothing that counts")
    assert compare(PLACE, RUN, TIP, (), counts=anything).status == "none"


def test_other_inputs_are_drift_and_named() -> None:
    drift = compare(PLACE, RUN, TIP, ("b", "README.md", "a"), counts=lambda p: len(p) == 1)
    assert drift.status == "drift"
    assert (drift.changed, drift.changed_count) == (("a", "b"), 2)
    assert drift.message == (
        "origin/main is at 222222222222; 2 files changed since 111111111111,"
        " which was synchronised last"
    )
    advice = next_action(drift)
    assert advice is not None
    assert (advice.command, advice.safe) == ("safeguards sync --plan --target production", True)


def test_many_files_are_counted_and_some_are_named() -> None:
    drift = compare(PLACE, RUN, TIP, [f"{n:03}" for n in range(100)], counts=anything)
    assert (len(drift.changed), drift.changed_count) == (SHOWN, 100)


def test_a_commit_that_is_not_here_is_drift() -> None:
    drift = compare(PLACE, RUN, TIP, None, counts=anything)
    assert drift.status == "drift"
    assert "which is not fetched; 111111111111 was synchronised last" in drift.message
    advice = next_action(drift)
    assert advice is not None
    assert advice.command == "safeguards sync --plan --target production"


def test_a_name_that_a_shell_would_read_is_quoted() -> None:
    run = msgspec.structs.replace(RUN, target="$(rm -rf .)")
    advice = next_action(compare(PLACE, run, TIP, None, counts=anything))
    assert advice is not None
    assert advice.command == "safeguards sync --plan --target '$(rm -rf .)'"


def test_what_somebody_works_on_is_no_drift() -> None:
    drift = compare(PLACE, RUN, TIP, None, counts=anything, underway=True)
    assert drift.status == "none"
    assert "is being synchronised now" in drift.message


@pytest.mark.parametrize(
    ("drift", "status"),
    [
        (never(PLACE, "production"), "never"),
        (undecided(PLACE, RUN, "it is gone"), "unknown"),
        (settled(PLACE, RUN), "none"),
    ],
)
def test_what_needs_no_action(drift: Drift, status: str) -> None:
    assert drift.status == status
    assert next_action(drift) is None


def test_a_repository_that_receives_has_no_remote_in_its_name() -> None:
    here = Place("this repository", "main", "here")
    assert compare(here, RUN, TIP, (), counts=anything).message.startswith("main is at 2222")
