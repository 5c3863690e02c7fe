"""The migration line: the revisions of the checkout on rails, and where the database stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from safeguards.report.html.contents import Line, Migrations, Revision
from safeguards.report.html.markup import Markup, el, text
from safeguards.report.html.models import counted, findings_list

MOST = 30
"""Revisions of a line that are drawn; older ones are counted."""
MOST_LINES = 5
LANES = 8
"""Branches that are drawn side by side; those beyond share the last lane."""
ROW = 48
LANE = 20
NAMED = 8
"""Revisions that a sentence names."""


class Edge(msgspec.Struct, frozen=True):
    """From a revision down to its parent through a lane; rows count from the newest.

    `end` is None where the parent is not drawn.
    """

    start: tuple[int, int]
    lane: int
    end: tuple[int, int] | None
    applied: bool


class Rails(msgspec.Struct, frozen=True):
    """The lane of each revision, in their order, and the edges between them."""

    lanes: tuple[int, ...]
    edges: tuple[Edge, ...]


def section(migrations: Migrations) -> Markup:
    """The section; a checkout without migrations, and one that could not be read, says so."""
    return el(
        "section",
        el("h2", "Migrations", id="migrations-title"),
        *_said(migrations),
        class_="card",
        id="migrations",
        aria_labelledby="migrations-title",
    )


def rails(revisions: Sequence[Revision]) -> Rails:
    """Where these revisions stand, each before its parents: one lane as long as none branches."""
    waiting: list[str | None] = []
    rows = {revision.id: row for row, revision in enumerate(revisions)}
    lanes: list[int] = []
    wanted: list[tuple[int, int, str, bool]] = []
    for row, revision in enumerate(revisions):
        lane = _first(waiting, revision.id)
        waiting[:] = [None if each == revision.id else each for each in waiting]
        lanes.append(lane)
        for number, parent in enumerate(revision.parents):
            # The first parent goes straight down; another one gets a rail of its own.
            through = lane if number == 0 else _first(waiting, parent)
            waiting[through] = parent
            wanted.append((row, through, parent, revision.state == "applied"))
    edges = tuple(
        Edge(
            (lanes[row], row),
            through,
            (lanes[rows[parent]], rows[parent]) if rows.get(parent, -1) > row else None,
            applied,
        )
        for row, through, parent, applied in wanted
    )
    return Rails(tuple(lanes), edges)


def _first(waiting: list[str | None], name: str) -> int:
    """The lane that waits for this revision, else the first free one."""
    for wanted in (name, None):
        if wanted in waiting:
            return waiting.index(wanted)
    waiting.append(None)
    return len(waiting) - 1


def _said(migrations: Migrations) -> Iterator[Markup | None]:
    if migrations.problem:
        yield el("p", f"The migrations could not be read: {migrations.problem}")
        return
    if not migrations.lines:
        yield el("p", "No Alembic migrations were found in this checkout.")
    for line in migrations.lines[:MOST_LINES]:
        yield from _line(line, named=len(migrations.lines) > 1)
    left = len(migrations.lines) - MOST_LINES
    if left > 0:
        yield el("p", f"and {left} more environments", class_="quiet")
    found = findings_list(migrations.findings)
    if found is not None:
        yield el("p", f"In the files of the migrations: {counted(migrations.findings)}.")
        yield found


def _line(line: Line, *, named: bool) -> Iterator[Markup | None]:
    if named:
        yield el("h3", line.name)
    yield el("p", text(summary(line), 1200))
    for name in line.foreign[:NAMED]:
        words = el("strong", name), ": in the database, and in no file of this checkout"
        sign = el("span", "▲", class_="sign", aria_hidden="true")
        yield el("ul", el("li", sign, el("p", *words), class_="warn"), class_="items")
    shown = line.revisions[:MOST]
    if shown:
        rail = el("div", _rail(shown), el("ol", *map(_revision, shown)), class_="rail")
        about = f"Revisions of {line.name}"
        yield el("div", rail, class_="scroll long", tabindex=0, role="region", aria_label=about)
    left = line.revisions[MOST:]
    if left:
        yield el("p", f"and {len(left)} older: {_states(left)}", class_="quiet")


def summary(line: Line) -> str:
    """How the database stands to the line, in a sentence or two."""
    many = len(line.revisions)
    heads = [revision.id for revision in line.revisions if revision.is_head]
    told = f"{many} revision{'s' * (many != 1)}, {_heads(heads)}."
    pending = [each.id for each in reversed(line.revisions) if each.state == "pending"]
    here = [revision.id for revision in line.revisions if revision.is_here]
    if any(revision.state == "unknown" for revision in line.revisions):
        said = f' It said: "{line.said}".' if line.said else ""
        return f"{told} Which of them the database has is not known.{said}"
    stands = f"at {_named(here)}" if here else "at none of them"
    if not pending:
        return f"{told} The database is {stands}: all are applied."
    verb = "is" if len(pending) == 1 else "are"
    return f"{told} The database is {stands}; {len(pending)} {verb} not applied: {_named(pending)}."


def _heads(heads: Sequence[str]) -> str:
    if len(heads) == 1:
        return f"the head is {heads[0]}"
    return f"{len(heads)} heads: {_named(heads)}" if heads else "no head"


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _states(revisions: Sequence[Revision]) -> str:
    counts = {
        word: sum(each.state == state for each in revisions) for state, (_, word) in _STATES.items()
    }
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count)


_STATES: Mapping[str, tuple[str, str]] = {
    "applied": ("good", "applied"),
    "pending": ("warn", "not applied"),
    "unknown": ("skipped", "not known"),
}


def _revision(revision: Revision) -> Markup:
    kind, word = _STATES[revision.state]
    marks = [el("span", word, class_=f"badge {kind}")]
    marks += [el("span", "database is here", class_="badge good")] if revision.is_here else []
    marks += [el("span", "head", class_="badge")] if revision.is_head else []
    marks += [el("span", "base", class_="badge")] if not revision.parents else []
    about = revision.message or "without a message"
    about += f" (depends on {_named(revision.dependencies)})" if revision.dependencies else ""
    spaced = [part for mark in marks for part in (" ", mark)]
    return el(
        "li",
        el("p", el("code", text(revision.id, 48)), *spaced),
        el("p", text(about), class_="quiet", title=about),
    )


def _rail(shown: Sequence[Revision]) -> Markup:
    placed = rails(shown)
    wide = (max(min(lane, LANES - 1) for lane in _every_lane(placed)) + 1) * LANE
    high = len(shown) * ROW
    drawn = [_edge(edge, high) for edge in placed.edges]
    pairs = zip(shown, placed.lanes, strict=True)
    drawn += [mark for row, (each, lane) in enumerate(pairs) for mark in _knot(each, lane, row)]
    return el(
        "svg",
        el("title", "The line of the migrations, the newest at the top"),
        *drawn,
        viewBox=f"0 0 {wide} {high}",
        width=f"{wide / 16}rem",
        height=f"{high / 16}rem",
        role="img",
    )


def _every_lane(placed: Rails) -> list[int]:
    return [*placed.lanes, *(edge.lane for edge in placed.edges)]


def _edge(edge: Edge, high: int) -> Markup:
    x, y = _place(*edge.start)
    middle = _place(edge.lane, 0)[0]
    path = f"M{x} {y}"
    if middle != x:
        path += f"C{x} {y + ROW // 2} {middle} {y + ROW // 2} {middle} {y + ROW}"
    if edge.end is None:
        path += f"V{high}"
    else:
        end, bottom = _place(*edge.end)
        above = bottom - ROW
        path += f"V{max(above, y + ROW * (middle != x))}" if end != middle else f"V{bottom}"
        if end != middle:
            turn = bottom - ROW // 2
            path += f"C{middle} {turn} {end} {turn} {end} {bottom}"
    return el("path", d=path, class_="s-good" if edge.applied else "s-quiet dashed")


def _place(lane: int, row: int) -> tuple[int, int]:
    return min(lane, LANES - 1) * LANE + LANE // 2, row * ROW + ROW // 4


def _knot(revision: Revision, lane: int, row: int) -> Iterator[Markup]:
    x, y = _place(lane, row)
    if revision.state == "applied":
        yield el("circle", cx=x, cy=y, r=6, class_="f-good")
    elif revision.state == "pending":
        yield el("circle", cx=x, cy=y, r=5, class_="s-warn f-card")
    else:
        yield el("rect", x=x - 5, y=y - 5, width=10, height=10, class_="s-quiet f-card")
    if revision.is_here:
        yield el("circle", cx=x, cy=y, r=9, class_="s-good")
