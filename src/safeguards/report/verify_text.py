"""`verify --format text`: the shape that people's scripts already read."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec

from safeguards.checks import (
    FAILED,
    NOTHING,
    Check,
    Item,
    Several,
    StageName,
    Status,
    Verdict,
)
from safeguards.report.printable import printable
from safeguards.report.wrap import whole, wrapped

HINT, NEXT = "      hint:", "      next:"

TITLES: Mapping[StageName, str] = {
    "containers": "Containers",
    "migrations": "Migrations",
    "api": "API endpoints",
    "records": "Record counts",
}

_MARKS: Mapping[Status, str] = {"ok": "[OK]", "fail": "[FAIL]", "unknown": "[UNKNOWN]"}

_ALWAYS_LISTED: frozenset[StageName] = frozenset({"api", "records"})


_COLORS: Mapping[str, str] = {"[OK]": "36", "PASSED": "36", "[UNKNOWN]": "33"}
"""ANSI colours of a mark; bold red for what is not listed.

Cyan, yellow and bold red differ for the colour-blind too, and a mark says its word without them.
"""


class Look(msgspec.Struct, frozen=True):
    """How text is laid out: for a terminal of `width` columns, or as scripts read it (None)."""

    verbose: bool = False
    color: bool = False
    width: int | None = None


def render(
    verdict: Verdict, *, verbose: bool = False, color: bool = False, width: int | None = None
) -> str:
    """The verdict for a terminal; no character in it can steer one but our own colours."""
    look = Look(verbose, color, width)
    end = conclusion(passed=verdict.status == "pass")
    return _laid_out([*verdict_lines(verdict, verbose=verbose), end], look)


def render_several(several: Several, look: Look) -> str:
    """A heading and the checks for each target, and one last line about them all."""
    lines: list[str] = []
    for each in several.targets:
        lines += [heading(each), *verdict_lines(each, verbose=look.verbose)]
    return _laid_out([*lines, conclusion(passed=several.status == "pass")], look)


def heading(verdict: Verdict) -> str:
    """The line above the checks of one target among others."""
    code = f" (exit code {verdict.exit_code})" if verdict.exit_code else ""
    return f"== {verdict.target}: {'PASSED' if verdict.status == 'pass' else 'FAILED'}{code}"


def verdict_lines(verdict: Verdict, *, verbose: bool) -> Iterator[str]:
    """The checks and the drift of a verdict, without its last line; not yet safe to print."""
    for check in verdict.checks:
        yield from check_lines(check, verbose=verbose)
    if verdict.drift is not None and verdict.drift.status == "drift":
        yield f"Drift: {verdict.drift.message}"


def conclusion(*, passed: bool) -> str:
    """The last line of a verdict."""
    return f"PRODUCTION HEALTH CHECK {'PASSED' if passed else 'FAILED'}"


def _laid_out(lines: Iterable[str], look: Look) -> str:
    shown = (piece for line in lines for piece in laid_out(printable(line), look.width))
    return "".join(f"{_colored(line) if look.color else line}\n" for line in shown)


def laid_out(line: str, width: int | None) -> Iterator[str]:
    """A line that is safe to print in pieces that fit; commands stay whole."""
    for label in (NEXT, HINT):
        text = line.removeprefix(f"{label} ")
        if text == line:
            continue
        # What follows the last colon of a hint is a command more often than not.
        words, colon, command = text.rpartition(": ") if label == HINT else ("", "", text)
        if not (colon or label == NEXT):
            break
        yield from whole(f"{label} {words}:" if colon else label, command, width)
        return
    yield from wrapped(line, width)


def _colored(line: str) -> str:
    for mark in (*_MARKS.values(), "PASSED", "FAILED"):
        if mark in line and not line.startswith(" "):
            return line.replace(mark, f"\x1b[{_COLORS.get(mark, '1;31')}m{mark}\x1b[0m", 1)
    return line


def check_line(check: Check, *, verbose: bool = False) -> str:
    """What people are told of one stage as a whole; not yet safe to print."""
    if check.status == "skipped":
        reason = "" if check.summary in ("", "quick") else f" ({check.summary})"
        return f"Check {check.id}: Skipped{reason}"
    summary = f" ({check.summary})" if check.summary else ""
    took = f" in {check.duration_ms} ms" if verbose else ""
    return f"Check {check.id}: {TITLES[check.name]} {_MARKS[check.status]}{summary}{took}"


def check_lines(check: Check, *, verbose: bool = False) -> Iterator[str]:
    """What people are told of one stage; not yet safe to print."""
    yield check_line(check, verbose=verbose)
    for item in check.items if check.status != "skipped" else ():
        if verbose or item.status != "ok" or check.name in _ALWAYS_LISTED:
            yield from item_lines(item, verbose=verbose)


def item_lines(item: Item, *, verbose: bool) -> Iterator[str]:
    """What people are told of one item; not yet safe to print."""
    if item.status not in FAILED and item.status != "warn":
        told = [part for part in (item.message, item.hint if verbose else "") if part]
        note = f" ({'; '.join(told)})" if told else ""
        took = f" in {item.duration_ms} ms" if verbose and item.duration_ms else ""
        yield f"  - {item.subject}: {item.observed}{note}{took}"
        return
    mark = "warning: " if item.status == "warn" else ""
    observed = "" if item.observed == NOTHING and item.message else item.observed
    seen = ", ".join(part for part in (observed, item.message) if part)
    yield f"  - {item.subject}: {mark}{seen}"
    if item.expected and item.status in FAILED:
        yield f"      observed: {item.observed or NOTHING}; expected: {item.expected}"
    if item.hint:
        yield f"{HINT} {item.hint}"
    if item.next:
        yield f"{NEXT} {item.next.command}"
