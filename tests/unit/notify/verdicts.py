"""Verdicts to tell of."""

from __future__ import annotations

from safeguards.checks import STAGES, Action, Check, Item, StageName, Status, Verdict, stage_id

AT = "2026-11-29T12:00:00.000Z"
LATER = "2026-11-29T13:05:00.000Z"


def at(minute: int) -> str:
    """A moment after noon."""
    return f"2026-11-29T12:{minute:02}:00.000Z"


def item(subject: str = "web", status: Status = "fail", **told: str) -> Item:
    """An item that failed unless said otherwise."""
    return Item(subject, status, **told)  # type: ignore[arg-type]  # all of them are texts


def verdict(
    failing: dict[StageName, tuple[Item, ...]] | None = None,
    *,
    skipped: tuple[StageName, ...] = (),
    target: str = "production",
    when: str = AT,
) -> Verdict:
    """A verdict in which these stages fail, and the others are well."""
    failing = failing or {}
    checks = tuple(
        Check(
            stage_id(name),
            name,
            "fail" if name in failing else "skipped" if name in skipped else "ok",
            1,
            items=failing.get(name, ()),
        )
        for name in STAGES
    )
    code = 0 if not failing else stage_id(next(iter(failing))) if len(failing) == 1 else 99
    actions = (Action("docker ps", "look", safe=True),)
    status = "fail" if failing else "pass"
    return Verdict(1, target, status, code, "full", when, 5, "abc123", checks, actions)  # type: ignore[arg-type]
