"""Renders a gate's verdict, with the source that its findings speak of as the commit holds it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from safeguards.exitcodes import ExitCode

if TYPE_CHECKING:
    from safeguards.pushed import GateCheck, GateVerdict
    from safeguards.report.excerpt import Excerpts
    from safeguards.system.git import Repository


def rendered(
    verdict: GateVerdict,
    repository: Repository,
    output_format: str,
    *,
    color: bool,
    verbose: bool,
) -> str:
    """What goes to standard output."""
    if output_format == "json":
        return as_json(verdict)
    return as_text(verdict, repository, color=color, verbose=verbose)


def as_json(verdict: GateVerdict) -> str:
    """The document for programs."""
    from safeguards.report import gate_json

    code = ExitCode.FINDINGS if verdict.outcome == "fail" else ExitCode.OK
    return gate_json.render(verdict, exit_code=int(code))


def as_text(verdict: GateVerdict, repository: Repository, *, color: bool, verbose: bool) -> str:
    """The text for people."""
    from safeguards.report import gate_text

    return gate_text.render(verdict, _sources(verdict, repository), color=color, verbose=verbose)


def _sources(verdict: GateVerdict, repository: Repository) -> Mapping[str, Excerpts]:
    found: dict[str, dict[str, list[str]]] = {}
    for check in verdict.checks:
        paths = dict.fromkeys(_mentioned(check))
        if check.commit and paths:
            lines = found.setdefault(check.commit, {})
            lines |= _excerpts(repository, check.commit, paths)
    return found


def _excerpts(
    repository: Repository, commit: str, paths: Mapping[str, None]
) -> Mapping[str, list[str]]:
    from safeguards.scan.extract import decode
    from safeguards.system.project_files import CommittedFiles

    files = CommittedFiles(repository, commit)
    found: dict[str, list[str]] = {}
    for path in paths:
        content = files.read(path)
        try:
            found[path] = decode(content or b"").split("\n")
        except (SyntaxError, LookupError, ValueError):
            found[path] = []
    return found


def _mentioned(check: GateCheck) -> Iterator[str]:
    for finding in check.findings:
        yield finding.place.path
        yield from (related.place.path for related in finding.related)
