"""`verify --format text`: the shape that people's scripts already read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safeguards.checks import FAILED, Check, Item, StageName, Status, Verdict
from safeguards.report.printable import printable

TITLES: Mapping[StageName, str] = {
    "containers": "Containers",
    "migrations": "Migrations",
    "api": "API endpoints",
    "records": "Record counts",
}

_MARKS: Mapping[Status, str] = {"ok": "[OK]", "fail": "[FAIL]", "unknown": "[UNKNOWN]"}

_ALWAYS_LISTED: frozenset[StageName] = frozenset({"api", "records"})


_COLORS: Mapping[str, str] = {"[OK]": "32", "PASSED": "32", "[UNKNOWN]": "33"}
"""ANSI colours of a mark; red for what is not listed."""


def render(verdict: Verdict, *, verbose: bool = False, color: bool = False) -> str:
    """The verdict for a terminal; no character in it can steer one but our own colours."""
    lines = [line for check in verdict.checks for line in check_lines(check, verbose=verbose)]
    if verdict.drift is not None and verdict.drift.status == "drift":
        lines.append(f"Drift: {verdict.drift.message}")
    lines.append(conclusion(passed=verdict.status == "pass"))
    shown = (printable(line) for line in lines)
    return "".join(f"{_colored(line) if color else line}\n" for line in shown)


def conclusion(*, passed: bool) -> str:
    """The last line of a verdict."""
    return f"PRODUCTION HEALTH CHECK {'PASSED' if passed else 'FAILED'}"


def _colored(line: str) -> str:
    for mark in (*_MARKS.values(), "PASSED", "FAILED"):
        if mark in line and not line.startswith(" "):
            return line.replace(mark, f"\x1b[{_COLORS.get(mark, '31')}m{mark}\x1b[0m", 1)
    return line


def check_lines(check: Check, *, verbose: bool = False) -> Iterator[str]:
    """What people are told of one stage; not yet safe to print."""
    if check.status == "skipped":
        reason = "" if check.summary in ("", "quick") else f" ({check.summary})"
        yield f"Check {check.id}: Skipped{reason}"
        return
    summary = f" ({check.summary})" if check.summary else ""
    took = f" in {check.duration_ms} ms" if verbose else ""
    yield f"Check {check.id}: {TITLES[check.name]} {_MARKS[check.status]}{summary}{took}"
    for item in check.items:
        if verbose or item.status != "ok" or check.name in _ALWAYS_LISTED:
            yield from item_lines(item, verbose=verbose)


def item_lines(item: Item, *, verbose: bool) -> Iterator[str]:
    """What people are told of one item; not yet safe to print."""
    if item.status not in FAILED and item.status != "warn":
        note = f" ({item.message})" if item.message else ""
        took = f" in {item.duration_ms} ms" if verbose and item.duration_ms else ""
        yield f"  - {item.subject}: {item.observed}{note}{took}"
        return
    mark = "warning: " if item.status == "warn" else ""
    seen = ", ".join(part for part in (item.observed, item.message) if part)
    yield f"  - {item.subject}: {mark}{seen}"
    if item.expected and item.status in FAILED:
        yield f"      observed: {item.observed or 'nothing'}; expected: {item.expected}"
    if item.hint:
        yield f"      hint: {item.hint}"
    if item.next:
        yield f"      next: {item.next.command}"
