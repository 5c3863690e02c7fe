"""`verify --format junit`: a suite for each check of a target, a test case for each item."""

from __future__ import annotations

from html import escape

from safeguards.checks import Check, Item, Verdict
from safeguards.report.printable import printable
from safeguards.report.verify_details import details, parts, said
from safeguards.report.verify_text import TITLES


def render(verdicts: tuple[Verdict, ...]) -> str:
    """JUnit XML: what fails is a failure, what could not be asked an error, the rest as it is."""
    checks = [check for verdict in verdicts for check in verdict.checks]
    seconds = max((verdict.duration_ms for verdict in verdicts), default=0) / 1000
    counts = _counts([item for check in checks for item in parts(check)], seconds)
    suites = "".join(_suite(verdict, check) for verdict in verdicts for check in verdict.checks)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="safeguards verify" {counts}>\n{suites}</testsuites>\n'
    )


def _counts(items: list[Item], seconds: float) -> str:
    def of(status: str) -> int:
        return sum(1 for item in items if item.status == status)

    return (
        f'tests="{len(items)}" failures="{of("fail")}" errors="{of("unknown")}" '
        f'skipped="{of("skipped")}" time="{seconds:.3f}"'
    )


def _suite(verdict: Verdict, check: Check) -> str:
    items = parts(check)
    name = _attribute(f"{verdict.target}: {TITLES[check.name]}")
    counts = _counts(list(items), check.duration_ms / 1000)
    cases = "".join(_case(f"{verdict.target}.{check.name}", item) for item in items)
    at = verdict.started_at.removesuffix("Z")
    return f'  <testsuite name="{name}" timestamp="{at}" {counts}>\n{cases}  </testsuite>\n'


def _case(place: str, item: Item) -> str:
    inner = _inner(item)
    opening = (
        f'    <testcase name="{_attribute(item.subject)}" classname="{_attribute(place)}" '
        f'time="{item.duration_ms / 1000:.3f}"'
    )
    return f"{opening}>\n      {inner}\n    </testcase>\n" if inner else f"{opening}/>\n"


def _inner(item: Item) -> str:
    body = "\n".join(_attribute(f"{name}: {text}") for name, text in details(item))
    if item.status in ("fail", "unknown"):
        kind = "failure" if item.status == "fail" else "error"
        return f'<{kind} type="{item.status}" message="{_attribute(said(item))}">{body}</{kind}>'
    if item.status == "skipped":
        return f'<skipped message="{_attribute(said(item))}"/>'
    return f"<system-out>{item.status}\n{body}</system-out>" if body else ""


def _attribute(text: str) -> str:
    return escape(printable(text))
