"""The migration line: rails that never cross a stranger, states in words, a bounded length."""

from __future__ import annotations

import random

import pytest
from tests.unit.report.html.kit import element, finding, words

from safeguards.report.html import revisions
from safeguards.report.html.contents import Line, Migrations, Revision, State
from safeguards.report.html.revisions import rails, summary


def chain(many: int, applied: int) -> tuple[Revision, ...]:
    """Revisions 1 to `many`, newest first, of which the first `applied` are in the database."""
    return tuple(
        Revision(
            f"{n:03}",
            f"Step {n}",
            "applied" if n <= applied else "pending",
            (f"{n - 1:03}",) if n > 1 else (),
            is_head=n == many,
            is_here=n == applied,
        )
        for n in range(many, 0, -1)
    )


def one(name: str, *parents: str, state: State = "applied", **more: bool) -> Revision:
    return Revision(name, f"Do {name}", state, parents, **more)


def test_a_line_is_one_lane() -> None:
    placed = rails(chain(5, 3))
    assert placed.lanes == (0, 0, 0, 0, 0)
    assert [(edge.start, edge.lane, edge.end) for edge in placed.edges][:2] == [
        ((0, 0), 0, (0, 1)),
        ((0, 1), 0, (0, 2)),
    ]
    assert [edge.applied for edge in placed.edges] == [False, False, True, True]


def test_branches_stand_side_by_side_and_join_again() -> None:
    placed = rails((one("m", "a", "b"), one("a", "r"), one("b", "r"), one("r")))
    assert placed.lanes == (0, 0, 1, 0)
    assert {(edge.start, edge.lane, edge.end) for edge in placed.edges} == {
        ((0, 0), 0, (0, 1)),
        ((0, 0), 1, (1, 2)),
        ((0, 1), 0, (0, 3)),
        ((1, 2), 1, (0, 3)),
    }


def test_what_is_not_drawn_is_led_to_by_an_edge_to_the_end() -> None:
    (edge,) = rails((one("b", "gone"),)).edges
    assert edge.end is None


@pytest.mark.parametrize("seed", range(20))
def test_no_edge_runs_through_a_revision_that_it_does_not_belong_to(seed: int) -> None:
    chance = random.Random(seed)
    names = [f"n{n}" for n in range(40)]
    made = [
        one(name, *chance.sample(names[n + 1 :], min(len(names) - n - 1, chance.choice((1, 1, 2)))))
        for n, name in enumerate(names)
    ]
    placed = rails(made)
    for edge in placed.edges:
        last = edge.end[1] if edge.end else len(made)
        between = range(edge.start[1] + 1, last)
        assert [row for row in between if placed.lanes[row] == edge.lane] == []
    revisions.section(Migrations((Line("alembic.ini", tuple(made)),)))


def test_a_circle_is_drawn_too() -> None:
    made = (one("a", "b"), one("b", "a"), one("c", "c"))
    element(revisions.section(Migrations((Line("alembic.ini", made),))))


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (chain(3, 3), "3 revisions, the head is 003. The database is at 003: all are applied."),
        (chain(3, 2), "The database is at 002; 1 is not applied: 003."),
        (chain(2, 0), "The database is at none of them; 2 are not applied: 001, 002."),
        ((one("x", state="unknown", is_head=True),), "1 revision, the head is x. Which of them"),
        ((one("a", is_head=True), one("b", is_head=True)), "2 revisions, 2 heads: a, b."),
        (chain(20, 1), "not applied: 002, 003, 004, 005, 006, 007, 008, 009 and 11 more."),
    ],
)
def test_the_summary_says_where_the_database_stands(line: tuple[Revision, ...], told: str) -> None:
    assert told in summary(Line("alembic.ini", line))


def test_each_revision_has_its_state_in_words() -> None:
    told = words(revisions.section(Migrations((Line("alembic.ini", chain(3, 2)),))))
    assert "003 not applied head Step 3" in told
    assert "002 applied database is here Step 2" in told
    assert "001 applied base Step 1" in told


def test_only_the_newest_are_drawn_and_the_rest_is_counted() -> None:
    section = revisions.section(Migrations((Line("alembic.ini", chain(500, 460)),)))
    root = element(section)
    assert len(root.findall(".//ol/li")) == revisions.MOST
    assert "and 470 older: 460 applied, 10 not applied" in words(section)
    assert len(list(root.iter("path"))) == revisions.MOST


def test_what_the_checkout_does_not_know_is_said() -> None:
    line = Line("alembic.ini", (one("a", state="unknown"),), "zz9", ("zz9",))
    told = words(revisions.section(Migrations((line,), (finding("two heads"),))))
    assert "zz9 : in the database, and in no file of this checkout" in told
    assert 'It said: "zz9".' in told
    assert "In the files of the migrations: 1 error." in told
    assert "SG101 error: two heads" in told


def test_many_environments_are_named_and_bounded() -> None:
    lines = tuple(Line(f"{n}/alembic.ini", (one(f"r{n}"),)) for n in range(8))
    told = words(revisions.section(Migrations(lines)))
    assert "0/alembic.ini 1 revision" in told
    assert "and 3 more environments" in told


def test_lanes_are_used_again_after_branches_have_joined() -> None:
    made: list[Revision] = []
    for n in range(10, 0, -1):
        made += [
            one(f"m{n}", f"a{n}", f"b{n}"),
            one(f"a{n}", f"m{n - 1}"),
            one(f"b{n}", f"m{n - 1}"),
        ]
    placed = rails((*made, one("m0")))
    assert set(placed.lanes) == {0, 1}
