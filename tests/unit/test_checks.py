from __future__ import annotations

import pytest

from safeguards.checks import (
    STAGES,
    Action,
    Check,
    Item,
    Status,
    Verdict,
    conclude,
    exit_code,
    next_actions,
    stage_id,
    together,
)


def checks(*statuses: Status) -> tuple[Check, ...]:
    return tuple(
        Check(stage_id(name), name, status, 1)
        for name, status in zip(STAGES, statuses, strict=True)
    )


@pytest.mark.parametrize(
    ("statuses", "code"),
    [
        (("ok", "ok", "ok", "ok"), 0),
        (("ok", "ok", "skipped", "ok"), 0),
        (("fail", "ok", "skipped", "ok"), 1),
        (("ok", "fail", "ok", "ok"), 2),
        (("ok", "ok", "fail", "ok"), 3),
        (("ok", "ok", "ok", "fail"), 4),
        (("unknown", "ok", "ok", "ok"), 1),
        (("ok", "ok", "ok", "unknown"), 4),
        (("fail", "ok", "fail", "ok"), 99),
        (("unknown", "unknown", "unknown", "unknown"), 99),
    ],
)
def test_the_exit_code_follows_from_the_stages(statuses: tuple[Status, ...], code: int) -> None:
    assert exit_code(checks(*statuses)) == code


@pytest.mark.parametrize(
    ("items", "status"),
    [
        ((), "ok"),
        (("ok", "warn"), "ok"),
        (("ok", "unknown"), "unknown"),
        (("unknown", "fail", "ok"), "fail"),
    ],
)
def test_a_stage_is_as_bad_as_its_worst_item(items: tuple[Status, ...], status: Status) -> None:
    made = conclude("api", tuple(Item(str(n), each) for n, each in enumerate(items)), 3, "")
    assert (made.id, made.status) == (3, status)


def test_advice_is_given_once_and_the_harmless_first() -> None:
    start, log = (
        Action("docker start x", "down", safe=False),
        Action("docker logs x", "?", safe=True),
    )
    items = tuple(
        Item(str(n), "fail", next=each) for n, each in enumerate((start, log, start, None))
    )
    assert next_actions((Check(1, "containers", "fail", 0, "", items),)) == (log, start)


@pytest.mark.parametrize(
    ("codes", "expected"),
    [([0], 0), ([0, 0], 0), ([3], 3), ([0, 3], 3), ([3, 3], 3), ([1, 3], 99), ([99, 1], 99)],
)
def test_several_productions_have_a_stages_code_when_only_that_failed(
    codes: list[int], expected: int
) -> None:
    verdicts = tuple(
        Verdict(1, f"t{n}", "fail" if code else "pass", code, "full", "", 0, None, (), ())
        for n, code in enumerate(codes)
    )
    several = together(verdicts)
    assert (several.exit_code, several.status) == (expected, "fail" if expected else "pass")
    assert several.targets == verdicts
