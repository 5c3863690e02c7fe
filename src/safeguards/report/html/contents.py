"""What a report tells, as values; `cli` fills them, the other modules here draw them."""

from __future__ import annotations

from typing import Literal

import msgspec

from safeguards.checks import Verdict
from safeguards.diagram import Diagram
from safeguards.findings import Finding
from safeguards.runs import History

State = Literal["applied", "pending", "unknown"]


class Revision(msgspec.Struct, frozen=True):
    """One revision of the checkout, and whether the database has it.

    `is_head` says that nothing follows it, `is_here` that the database stands at it.
    """

    id: str
    message: str
    state: State
    parents: tuple[str, ...] = ()
    dependencies: tuple[str, ...] = ()
    is_head: bool = False
    is_here: bool = False


class Line(msgspec.Struct, frozen=True):
    """The migrations of one Alembic environment, the newest first.

    `said` is what the database answered, "" when it was not asked or gave no answer; `foreign`
    are the revisions in it that no file of the checkout has.
    """

    name: str
    revisions: tuple[Revision, ...]
    said: str = ""
    foreign: tuple[str, ...] = ()


class Migrations(msgspec.Struct, frozen=True):
    """What the checkout tells of its migrations. `problem` is why it tells nothing."""

    lines: tuple[Line, ...] = ()
    findings: tuple[Finding, ...] = ()
    problem: str = ""


class Models(msgspec.Struct, frozen=True):
    """What a scan of the work tree found. `problem` is why it found nothing.

    `known` counts what the baseline accepts; it is marked in the diagram, and no finding.
    """

    diagram: Diagram = Diagram(())
    relationships: int = 0
    undecided: int = 0
    known: int = 0
    findings: tuple[Finding, ...] = ()
    problem: str = ""


class Past(msgspec.Struct, frozen=True):
    """What the journal holds, newest first. `problem` is why it could not be read."""

    history: History
    problem: str = ""


class Contents(msgspec.Struct, frozen=True):
    """All of it. `verdict` is None where nothing was ever checked.

    `asked` says that production was asked for this report; else the verdict is the journal's.
    """

    target: str
    made_at: str
    made_by: str
    verdict: Verdict | None
    asked: bool
    past: Past
    migrations: Migrations
    models: Models
