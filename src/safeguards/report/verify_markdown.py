"""`verify --format markdown`: a job summary, or a comment; what comes from outside is only text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safeguards.checks import FAILED, Check, Item, Status, Verdict
from safeguards.report.markdown import block, code, words
from safeguards.report.verify_details import drifted, said
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
        yield from ("", f"Drift: {words(drifted(verdict))}")
    commit = f", commit {code(verdict.commit[:12])}" if verdict.commit else ""
    yield from ("", f"{verdict.started_at}, {verdict.duration_ms} ms{commit}")


def _what(check: Check) -> str:
    if check.summary or not check.items:
        return words(check.summary)
    ill = sum(1 for item in check.items if item.status in FAILED)
    return f"{ill} of {len(check.items)} not well" if ill else f"{len(check.items)}"


def _item(check: Check, item: Item) -> Iterator[str]:
    yield ""
    what = f"{TITLES[check.name]}: {code(item.subject)} {words(said(item))}"
    yield f"**{_SIGNS[item.status]}** {what}"
    if item.status in FAILED:
        yield ""
        yield f"- observed: {words(item.observed)}"
        yield f"- expected: {words(item.expected)}"
    if item.hint:
        yield "" if item.status == "warn" else f"- hint: {words(item.hint)}"
        if item.status == "warn":
            yield f"- hint: {words(item.hint)}"
    if item.next is not None:
        yield from ("", f"Next, {words(item.next.why)}:", "", block(item.next.command))
