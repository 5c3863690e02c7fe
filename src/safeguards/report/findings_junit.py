"""`scan --format junit`: a test case for each finding, as continuous integration shows them."""

from __future__ import annotations

from html import escape

from safeguards.findings import Finding
from safeguards.report.printable import printable


def render(findings: tuple[Finding, ...], seconds: float = 0.0) -> str:
    """JUnit XML: errors are failures, the rest is skipped with its message; `seconds` in all.

    Without findings there is one passed test case, so that the report is not empty.
    """
    failures = sum(1 for each in findings if each.severity == "error")
    counts = (
        f'tests="{max(len(findings), 1)}" failures="{failures}" errors="0" '
        f'skipped="{len(findings) - failures}" time="{seconds:.3f}"'
    )
    cases = "".join(map(_case, findings)) or (
        '    <testcase name="relationships" classname="safeguards.scan"/>\n'
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<testsuites name="safeguards" {counts}>\n'
        f'  <testsuite name="safeguards scan" {counts}>\n'
        f"{cases}  </testsuite>\n</testsuites>\n"
    )


def _case(finding: Finding) -> str:
    place = finding.place
    name = _attribute(" ".join(filter(None, (finding.rule, _subject(finding)))))
    where = f'classname="{_attribute(place.path)}" file="{_attribute(place.path)}"'
    message = _attribute(finding.message)
    if finding.severity != "error":
        inner = f'<skipped message="{_attribute(f"{finding.severity}: ")}{message}"/>'
    else:
        body = "\n".join([f"{place.path}:{place.line}:{place.column}", *_details(finding)])
        inner = f'<failure type="{finding.rule}" message="{message}">{_text(body)}</failure>'
    return (
        f'    <testcase name="{name}" {where} line="{place.line}">\n'
        f"      {inner}\n    </testcase>\n"
    )


def _subject(finding: Finding) -> str:
    return ".".join(filter(None, (finding.model, finding.relationship))) or finding.name


def _details(finding: Finding) -> list[str]:
    keys = [
        f"{each.place.path}:{each.place.line}:{each.place.column}: {each.label}"
        for each in finding.related
    ]
    return [finding.message, *keys, *([f"help: {finding.help}"] if finding.help else [])]


def _attribute(text: str) -> str:
    return escape(printable(text))


def _text(text: str) -> str:
    return "\n".join(map(_attribute, text.split("\n")))
