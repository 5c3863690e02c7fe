"""`scan --format text`: one line for each finding; its source, its keys, its way out below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from safeguards.findings import Finding, Severity
from safeguards.report.excerpt import Excerpts, excerpt
from safeguards.report.printable import printable

_COLORS: Mapping[Severity, str] = {"error": "31;1", "warning": "33;1", "info": "36"}
_DIFF_COLORS = {"+": "32", "-": "31", "@": "36"}
INDENT = "    "
_SAFE = "fix, safe: --fix applies it"
_UNSAFE = "fix, unsafe: --unsafe-fixes applies it"

Differences = Callable[[Finding], str]
"""The fix of a finding as a unified diff; empty when it has none."""


def render(
    findings: tuple[Finding, ...],
    sources: Excerpts | None = None,
    differences: Differences = lambda _: "",
    *,
    color: bool = False,
) -> str:
    """The findings for a terminal; nothing at all when there are none."""
    if not findings:
        return ""
    blocks = (block(each, sources or {}, differences(each), color=color) for each in findings)
    lines = [line for block in blocks for line in block]
    return "".join(f"{line}\n" for line in [*lines, summary(findings)])


def summary(findings: tuple[Finding, ...]) -> str:
    """`2 errors, 1 warning`."""
    counts = []
    for severity, plural in (("error", "errors"), ("warning", "warnings"), ("info", "undecided")):
        number = sum(1 for finding in findings if finding.severity == severity)
        if number:
            counts.append(f"{number} {severity if number == 1 and plural[-1] == 's' else plural}")
    return ", ".join(counts) or "no findings"


def block(
    finding: Finding, sources: Excerpts, difference: str = "", *, color: bool
) -> Iterator[str]:
    """The lines about one finding."""
    place = finding.place
    paint = _painted if color else _plain
    where = printable(f"{place.path}:{place.line}:{place.column}:")
    severity = paint(f"{finding.severity}:", _COLORS[finding.severity])
    yield f"{where} {paint(finding.rule, '1')} {severity} {printable(finding.message)}"
    yield from (f"{INDENT}{line}" for line in excerpt(place, sources))
    for related in finding.related:
        at = related.place
        yield f"{INDENT}{printable(f'{at.path}:{at.line}:{at.column}: {related.label}')}"
        yield from (f"{INDENT}{line}" for line in excerpt(at, sources))
    if finding.help:
        yield f"{INDENT}help: {printable(finding.help)}"
    if finding.fix is not None and difference:
        yield f"{INDENT}{_SAFE if finding.fix.safe else _UNSAFE}"
    for line in difference.splitlines():
        shown = paint(printable(line.replace("\t", INDENT)), _DIFF_COLORS.get(line[:1], ""))
        yield f"{INDENT}{shown}".rstrip()


def _plain(text: str, _code: str) -> str:
    return text


def _painted(text: str, code: str) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if code else text
