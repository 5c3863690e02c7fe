"""What a report tells of the checkout: its migrations beside the database, and its models."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.cli.revisions.history_check import HistoryRequest, look
from safeguards.cli.scans.scanning import Request, run_scan
from safeguards.errors import SafeguardsError
from safeguards.findings import relocate
from safeguards.report.html.contents import Line, Migrations, Models, Revision, State

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.migrations.graph import Graph

_NOTHING = frozenset({"", "none", "no revision"})
"""What the check of the migrations calls a database without any."""

_NO_ANSWER = frozenset({"", "nothing"})
"""What it observed of a database that did not answer."""


def migrations(config: Path | None, verdict: Verdict | None) -> Migrations:
    """The histories of the work tree; what cannot be read is told, and raises nothing."""
    try:
        looked = look(HistoryRequest(staged=False, rev=None, config_path=config))
    except SafeguardsError as error:
        return Migrations(problem=error.message)
    said, applied = database(verdict)
    display = looked.project.display
    histories = [each for each in looked.judged.histories if each.graph.revisions]
    known = {name for each in histories for name in each.graph.revisions}
    foreign = tuple(sorted((applied or frozenset()) - known))
    lines: list[Line] = []
    for history in histories:
        # A database that is only at revisions of other files tells nothing about these.
        other = (
            applied is not None and bool(applied) and applied.isdisjoint(history.graph.revisions)
        )
        revisions = _revisions(history.graph, None if other else applied)
        unknown = () if lines else foreign
        lines.append(Line(display(history.config), revisions, said, unknown))
    findings = tuple(relocate(finding, display) for finding in looked.judged.findings)
    return Migrations(tuple(lines), findings)


def models(config: Path | None) -> Models:
    """The models of the work tree; what cannot be read is told, and raises nothing."""
    request = Request((), staged=False, rev=None, config_path=config, strict=False)
    try:
        outcome = run_scan(request)
        counts, diagram = outcome.counts, outcome.diagram()
    except SafeguardsError as error:
        return Models(problem=error.message)
    numbers = counts.relationships, counts.undecided, counts.known
    return Models(diagram, *numbers, outcome.findings)


def database(verdict: Verdict | None) -> tuple[str, frozenset[str] | None]:
    """What the database said, and the revisions in that; None where it did not say."""
    items = [
        item
        for check in (verdict.checks if verdict else ())
        for item in check.items
        if check.name == "migrations" and item.subject.startswith("database")
    ]
    if not items or any(item.observed in _NO_ANSWER for item in items):
        return "", None
    said = ", ".join(item.observed for item in items)
    names = frozenset(part for part in said.split(", ") if part not in _NOTHING)
    return said, None if any(" " in name for name in names) else names


def _revisions(graph: Graph, applied: frozenset[str] | None) -> tuple[Revision, ...]:
    done = graph.ancestors(applied or ())
    state: dict[bool, State] = {True: "applied", False: "pending"}
    return tuple(
        Revision(
            id=name,
            message=graph.revisions[name].message,
            state="unknown" if applied is None else state[name in done],
            parents=graph.revisions[name].parents,
            dependencies=graph.revisions[name].dependencies,
            is_head=name in graph.heads,
            is_here=applied is not None and name in applied,
        )
        for name in graph.newest_first()
    )
