from __future__ import annotations

import pytest

from safeguards.runs import Run, Step, as_seen, current_step

STEPS = (Step("build", "pass", 9), Step("migrate", "running"))
GOING = Run("r", "sync", "push", "production", "2026-01-01", "running", steps=STEPS)
ENDED = Run("r", "sync", "push", "production", "2026-01-01", "fail", finished_at="2026-01-02")


def test_a_run_that_somebody_works_on_is_going_on() -> None:
    assert as_seen(GOING, alive=True) == GOING
    assert current_step(GOING) == "migrate"


def test_a_run_that_nobody_works_on_was_interrupted_at_its_step() -> None:
    seen = as_seen(GOING, alive=False)
    assert (seen.status, seen.finished_at, seen.exit_code) == ("interrupted", None, None)
    assert seen.steps == (STEPS[0], Step("migrate", "interrupted"))
    assert current_step(seen) == "migrate"


@pytest.mark.parametrize("alive", [True, False])
def test_a_run_that_ended_is_as_it_ended(alive: bool) -> None:
    assert as_seen(ENDED, alive=alive) == ENDED
    assert current_step(ENDED) == ""
    assert current_step(None) == ""
