"""`gate --format text`: one line for each check when all is well, the verdict in the last line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safeguards.pushed import CheckName, CheckStatus, GateCheck, GateVerdict
from safeguards.report.excerpt import Excerpts
from safeguards.report.findings_text import block
from safeguards.report.printable import printable
from safeguards.report.verify_text import item_lines

TITLES: Mapping[CheckName, str] = {
    "scan": "Scan",
    "history": "History",
    "production": "Production",
}
INDENT = "  "
_MARKS: Mapping[CheckStatus, tuple[str, str]] = {
    "pass": ("[OK]", "32"),
    "warn": ("[WARN]", "33"),
    "fail": ("[FAIL]", "31"),
    "skipped": ("[SKIPPED]", "33"),
}
_QUIET = frozenset({"ok", "skipped"})


def render(
    verdict: GateVerdict,
    sources: Mapping[str, Excerpts] | None = None,
    *,
    color: bool = False,
    verbose: bool = False,
) -> str:
    """The verdict for a terminal; no character in it can steer one but our own colours.

    `sources` are the files that findings speak of, by the full name of their commit.
    """
    lines = list(_lines(verdict, sources or {}, color=color, verbose=verbose))
    return "".join(f"{line}\n" for line in [*lines, _last(verdict, color=color)])


def _lines(
    verdict: GateVerdict, sources: Mapping[str, Excerpts], *, color: bool, verbose: bool
) -> Iterator[str]:
    if not verdict.refs:
        yield "nothing to judge: this push updates no branch that deploys"
    several = len({check.commit for check in verdict.checks}) > 1
    for check in verdict.checks:
        yield _title(check, several=several, color=color)
        for finding in check.findings:
            for line in block(finding, sources.get(check.commit, {}), color=color):
                yield f"{INDENT}{line}"
        for item in check.items:
            if verbose or item.status not in _QUIET:
                yield from map(printable, item_lines(item, verbose=verbose))
    named = {f"{check.name}: {check.summary}" for check in verdict.checks}
    yield from (printable(f"not checked: {each}") for each in verdict.skipped if each not in named)
    if verdict.repair:
        yield printable(f"production is ill; this push repairs it: {verdict.repair}")
    if verdict.outcome == "fail":
        shown = {item.next for check in verdict.checks for item in check.items}
        for action in verdict.next_actions:
            if action not in shown:
                yield printable(f"next: {action.command} ({action.why})")


def _title(check: GateCheck, *, several: bool, color: bool) -> str:
    mark, code = _MARKS[check.status]
    of = f" of {printable(check.subject)}" if several and check.subject else ""
    summary = f" ({printable(check.summary)})" if check.summary else ""
    return f"{TITLES[check.name]}{of} {_painted(mark, code, color=color)}{summary}"


def _last(verdict: GateVerdict, *, color: bool) -> str:
    if verdict.outcome == "skipped":
        reason = verdict.checks[0].summary if verdict.checks else ""
        return _painted("PUSH GATE SKIPPED", "33", color=color) + f": {printable(reason)}"
    if verdict.outcome == "fail":
        return _painted("PUSH GATE REFUSED", "31", color=color)
    return _painted("PUSH GATE PASSED", "32", color=color)


def _painted(text: str, code: str, *, color: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if color else text
