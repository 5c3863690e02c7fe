"""Renders a finished scan in the format that was asked for."""

from __future__ import annotations

import difflib
from collections.abc import Mapping

from safeguards import __version__
from safeguards.cli.scans.scanning import Outcome
from safeguards.findings import Edit, Finding
from safeguards.report import findings_github, findings_json, findings_text
from safeguards.report.excerpt import Excerpts
from safeguards.scan.extract import decode
from safeguards.scan.fixes.apply import apply
from safeguards.scan.registry import all_rules


def rendered(
    outcome: Outcome, findings: tuple[Finding, ...], output_format: str, *, color: bool
) -> bytes | str:
    """What goes to standard output; bytes where the format fixes the encoding."""
    if output_format == "json":
        return findings_json.render(outcome.counts, findings).encode()
    if output_format == "github":
        return findings_github.render(findings)
    if output_format == "text":
        return findings_text.render(
            findings, _excerpts(outcome.contents), _Differences(outcome.contents), color=color
        )
    return _rendered_rarely(outcome, findings, output_format)


def _rendered_rarely(outcome: Outcome, findings: tuple[Finding, ...], output_format: str) -> bytes:
    """The formats that continuous integration asks for; loaded only then."""
    from safeguards.report import findings_gitlab, findings_junit, findings_markdown, findings_sarif

    if output_format == "sarif":
        rules = tuple(
            findings_sarif.RulePage(rule.code, rule.name, rule.summary, rule.manual)
            for rule in all_rules()
        )
        sources = _excerpts(outcome.contents)
        return findings_sarif.render(findings, rules, __version__, sources).encode()
    if output_format == "gitlab":
        return findings_gitlab.render(findings).encode()
    if output_format == "junit":
        return findings_junit.render(findings, outcome.counts.duration_ms / 1000).encode()
    return findings_markdown.render(findings, _excerpts(outcome.contents)).encode()


def _excerpts(contents: Mapping[str, bytes]) -> Excerpts:
    return {path: _text(data).split("\n") for path, data in contents.items()}


def _text(data: bytes) -> str:
    """The source as the scanner read it; empty when it could not."""
    try:
        return decode(data)
    except (SyntaxError, LookupError, ValueError):
        return ""


class _Differences:
    """The fix of a finding as a unified diff of the files that it edits."""

    def __init__(self, contents: Mapping[str, bytes]) -> None:
        self._contents = contents

    def __call__(self, finding: Finding) -> str:
        edits = finding.fix.edits if finding.fix else ()
        return "".join(
            self._difference(path, [edit for edit in edits if edit.path == path])
            for path in dict.fromkeys(edit.path for edit in edits)
            if path in self._contents
        )

    def _difference(self, path: str, edits: list[Edit]) -> str:
        before = self._contents[path]
        try:
            after = apply(before, edits)
        except ValueError:
            return ""
        lines = difflib.unified_diff(
            _text(before).splitlines(), _text(after).splitlines(), path, path, n=0, lineterm=""
        )
        return "".join(f"{line}\n" for line in lines)
