"""`verify --watch`: what changed between two looks at production, and the screen that shows it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from safeguards.checks import FAILED, Check, Status, Verdict, together
from safeguards.report.printable import printable
from safeguards.report.verify_text import (
    TITLES,
    check_line,
    conclusion,
    heading,
    item_lines,
)
from safeguards.report.wrap import cells, folded

KEPT = 1000
"""Looks whose marks are remembered."""

LEGEND = ". passed  F failed  ? not answered"


class Frame(msgspec.Struct, frozen=True):
    """What a screen shows: the last verdicts, what was before them, and what goes on.

    `since` is for how many seconds it has been so; `history` a mark for each look, the last one
    last; `changes` the newest ones, the last one last.
    """

    title: str
    verdicts: tuple[Verdict, ...] = ()
    since: float = 0.0
    history: str = ""
    changes: tuple[str, ...] = ()
    doing: str = ""


def mark(verdicts: tuple[Verdict, ...]) -> str:
    """One character for one look."""
    seen = {check.status for verdict in verdicts for check in verdict.checks}
    if "fail" in seen:
        return "F"
    return "?" if "unknown" in seen else "."


def changes(before: Verdict, after: Verdict) -> Iterator[str]:
    """What is not as it was: each thing that got well, got ill, or could be asked again."""
    for old, new in zip(before.checks, after.checks, strict=True):
        told = list(_of_items(old, new))
        if not told and old.status != new.status:
            told = [f"{TITLES[new.name]}: {_word(old.status)} -> {_word(new.status)}"]
        yield from told


def _of_items(old: Check, new: Check) -> Iterator[str]:
    was = {item.subject: item.status for item in old.items}
    now = {item.subject: item.status for item in new.items}
    for subject in {**was, **now}:
        first, then = was.get(subject), now.get(subject)
        if first == then or {first, then} <= {"ok", "skipped", None}:
            continue
        before = f"{_word(first)} -> " if first else ""
        yield f"{TITLES[new.name]}: {subject}: {before}{_word(then) if then else 'not told of'}"


def _word(status: Status) -> str:
    return "WARNING" if status == "warn" else status.upper()


def screen(frame: Frame, width: int, height: int) -> list[str]:
    """The lines of a screen of this size, the least important ones left out where it is small."""
    top = list(_fit(_top(frame), width))
    low = list(_fit(_low(frame, width), width))
    body = list(_fit(_body(frame), width))
    room = max(height - len(top) - len(low), 1)
    if len(body) > room:
        kept = max(room - 1, 0)
        body = [*body[:kept], f"... {len(body) - kept} lines more: safeguards verify"[:width]]
    return [*top, *body, *low][: max(height, 1)]


def spell(seconds: float) -> str:
    """A duration as people say it."""
    whole = int(max(seconds, 0))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _top(frame: Frame) -> Iterator[str]:
    yield frame.title
    if frame.verdicts:
        several = together(frame.verdicts)
        code = f" (exit code {several.exit_code})" if several.exit_code else ""
        passed = several.status == "pass"
        yield f"{conclusion(passed=passed)}{code} for {spell(frame.since)}"


def _body(frame: Frame) -> Iterator[str]:
    for verdict in frame.verdicts:
        if len(frame.verdicts) > 1:
            yield heading(verdict)
        for check in verdict.checks:
            yield check_line(check)
            for item in check.items:
                if item.status in FAILED or item.status == "warn":
                    yield from item_lines(item, verbose=False)
        if verdict.drift is not None and verdict.drift.status == "drift":
            yield f"Drift: {verdict.drift.message}"


def _low(frame: Frame, width: int) -> Iterator[str]:
    if frame.history:
        yield ""
        yield frame.history[-max(width, 1) :]
        yield LEGEND
    yield from frame.changes
    yield frame.doing


def _fit(lines: Iterator[str] | Sequence[str], width: int) -> Iterator[str]:
    for line in lines:
        shown = printable(line)
        yield from [shown] if cells(shown) <= width else folded(shown, max(width, 1))
