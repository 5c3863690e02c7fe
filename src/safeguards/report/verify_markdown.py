"""`verify --format markdown`: a job summary, or a comment.

What comes from outside stands in code, where neither Markdown nor GitHub looks for anything:
a backslash would not keep a name behind an @ from being told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safeguards.checks import FAILED, Check, Item, Status, Verdict
from safeguards.report.markdown import block, code, span, words
from safeguards.report.verify_details import details, drifted, said
from safeguards.report.verify_text import TITLES

_SIGNS: Mapping[Status, str] = {
    "ok": "✅ ok",
    "warn": "⚠️ warning",
    "fail": "❌ FAIL",
    "unknown": "❔ UNKNOWN",
    "skipped": "➖ skipped",
}


def render(verdicts: tuple[Verdict, ...]) -> str:
    """A heading for each target, a table of its checks, and below it what is not well."""
    return "\n".join("\n".join(_target(verdict)) + "\n" for verdict in verdicts)


def _target(verdict: Verdict) -> Iterator[str]:
    passed = verdict.status == "pass"
    sign = "✅ passed" if passed else f"❌ FAILED (exit code {verdict.exit_code})"
    yield f"### safeguards verify: {words(verdict.target)} {sign}"
    yield ""
    yield "| | check | what |"
    yield "|---|---|---|"
    for check in verdict.checks:
        yield f"| {_SIGNS[check.status]} | {check.id}. {TITLES[check.name]} | {_what(check)} |"
    for check in verdict.checks:
        for item in check.items:
            if item.status in FAILED or item.status == "warn":
                yield from _item(check, item)
    if drifted(verdict):
        yield from ("", f"Drift: {span(drifted(verdict))}")
    commit = f", commit {span(verdict.commit[:12])}" if verdict.commit else ""
    yield from ("", f"{verdict.started_at}, {verdict.duration_ms} ms{commit}")


def _what(check: Check) -> str:
    if check.summary or not check.items:
        return code(check.summary) if check.summary.strip() else ""
    ill = sum(1 for item in check.items if item.status in FAILED)
    return f"{ill} of {len(check.items)} not well" if ill else f"{len(check.items)}"


def _item(check: Check, item: Item) -> Iterator[str]:
    yield ""
    yield f"**{_SIGNS[item.status]}** {TITLES[check.name]}: {span(item.subject)} {span(said(item))}"
    told = [(name, text) for name, text in details(item) if name not in ("message", "next")]
    if told:
        yield ""
        yield from (f"- {name}: {span(text)}" for name, text in told)
    if item.next is not None:
        yield from ("", f"Next, {span(item.next.why)}:", "", block(item.next.command))
