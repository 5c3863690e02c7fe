"""What every format says about one item of a verdict, before it is made safe for that format."""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.checks import FAILED, NOTHING, Check, Item, Verdict
from safeguards.report.verify_text import TITLES

NO_ITEM = ("ok", "skipped")
"""A check of these may have no items; it still is a line of each report."""


def parts(check: Check) -> tuple[Item, ...]:
    """The items of a check; one that stands for it where it has none."""
    if check.items:
        return check.items
    return (Item(TITLES[check.name], check.status, message=check.summary),)


def said(item: Item) -> str:
    """What was seen and what is to be said about it, on one line."""
    observed = "" if item.observed == NOTHING and item.message else item.observed
    return ", ".join(part for part in (observed, item.message) if part)


def details(item: Item) -> Iterator[tuple[str, str]]:
    """Names and texts of all that is known about an item that is not well."""
    if item.status in FAILED:
        yield "observed", item.observed or NOTHING
        yield "expected", item.expected
    elif item.observed:
        yield "observed", item.observed
    for name, text in (("message", item.message), ("hint", item.hint)):
        if text:
            yield name, text
    if item.next is not None:
        yield "next", item.next.command


def drifted(verdict: Verdict) -> str:
    """What is said of a drift; nothing where there is none."""
    drift = verdict.drift
    return drift.message if drift is not None and drift.status == "drift" else ""
