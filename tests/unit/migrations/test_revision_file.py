from __future__ import annotations

import pytest

from safeguards.migrations.revision_file import Problem, RevisionFile, Spot, read_file


def problems(content: bytes) -> list[tuple[str, int]]:
    return [(each.message, each.spot.line) for each in read_file(content).problems]


def test_everything_that_a_file_says() -> None:
    content = (
        b'"""Add phone.\n\nmore\n"""\n'
        b"revision: str = '2'\ndown_revision = (\n    '1',\n)\n"
        b"branch_labels = ['a', 'b']\ndepends_on = {'x'}\n\n\ndef upgrade(): ...\n"
    )
    assert read_file(content) == RevisionFile(
        id="2",
        parents=("1",),
        dependencies=("x",),
        labels=("a", "b"),
        spots={
            "revision": Spot(5, 1, 5),
            "down_revision": Spot(6, 1, 8),
            "branch_labels": Spot(9, 1, 9),
            "depends_on": Spot(10, 1, 10),
        },
        message="Add phone.",
    )


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("revision = 7", "`revision` is not one name"),
        ("revision = None", "`revision` is not one name"),
        ("revision = ''", "`revision` is not one name"),
        ("revision = ('a',)", "`revision` is not one name"),
        ("revision = 'a@b:c'", "Alembic allows no : @ in a revision id: a@b:c"),
        ("revision = name()", "`revision` is not a literal"),
        ("from ids import revision", "`revision` is not a literal"),
        ("if x:\n    revision = 'a'", "`revision` is not a literal"),
        ("revision = 'a'\ndel revision", "`revision` is not a literal"),
        ("for revision in 'ab': pass", "`revision` is not a literal"),
        ("def revision(): ...", "`revision` is not a literal"),
        ("down_revision = 7", "`down_revision` is neither a name nor a list of names"),
        ("down_revision = ''", "`down_revision` is neither a name nor a list of names"),
        ("down_revision = b'a'", "`down_revision` is neither a name nor a list of names"),
        ("down_revision = ('a', None)", "`down_revision` is neither a name nor a list of names"),
        ("depends_on = ''", "`depends_on` is an empty name"),
        ("branch_labels = 3", "`branch_labels` is neither a name nor a list of names"),
    ],
)
def test_values_that_are_no_ids(lines: str, said: str) -> None:
    assert [message for message, _ in problems(lines.encode())] == [said]


@pytest.mark.parametrize(
    "lines",
    [
        "revision, down_revision = 'a', None",
        "revision = other = 'a'",
        "A = 'a'\nrevision = A",
        "revision = 'b'\nrevision = 'a'",
        "if True:\n    revision = 'b'\nrevision = 'a'",
        "revision = f'{\"a\"}'",
        "revision = '' 'a'",
        "revision = ''\nrevision += 'a'",
        "revision = 'a'\ndef upgrade():\n    revision = 'b'\n    for revision in (): pass",
    ],
)
def test_spellings_of_the_same_id(lines: str) -> None:
    found = read_file(lines.encode())
    assert (found.id, found.problems) == ("a", ())


@pytest.mark.parametrize(
    ("lines", "has"),
    [
        ("def upgrade(): ...", True),
        ("async def upgrade(): ...", True),
        ("from .shared import upgrade", True),
        ("from .shared import *", True),
        ("upgrade = lambda: None", True),
        ("if x:\n    def upgrade(): ...", True),
        ("import upgrade.more", True),
        ("def downgrade():\n    upgrade = 1", False),
        ("", False),
    ],
)
def test_whether_there_is_an_upgrade(lines: str, *, has: bool) -> None:
    assert read_file(lines.encode()).upgrades is has


def test_a_conflict_of_git_is_named_where_it_begins() -> None:
    content = b"x = 1\n<<<<<<< HEAD\nrevision = 'a'\n=======\nrevision = 'b'\n>>>>>>> other\n"
    found = read_file(content)
    assert found.problems == (
        Problem("cannot be parsed: a conflict of git is left in it", Spot(2, 1, 2)),
    )
    assert (found.broken, found.likely) == (True, ("a", "b"))


@pytest.mark.parametrize(
    "content",
    [
        b"def (",
        b"\x00",
        b"\xff\xfe",
        b"# coding: no-such\nx = 1",
        b"x = 1\n  y = 2\n",
        b"revision = " + b"(" * 5000 + b")" * 5000,
        b"revision = " + b"'a' + " * 20000 + b"'a'",
        b"x = (\n",
    ],
)
def test_what_cannot_be_parsed_is_broken_inside_the_file(content: bytes) -> None:
    found = read_file(content)
    (problem,) = found.problems
    assert found.broken
    assert problem.message.startswith("cannot be parsed: ")
    lines = content.split(b"\n")
    assert 1 <= problem.spot.line <= len(lines)
    assert 1 <= problem.spot.column <= len(lines[problem.spot.line - 1]) + 1


def test_comments_for_us_are_noticed() -> None:
    assert read_file(b"x = 1  # safeguards: ignore[SG207] moved\n").commented
    assert not read_file(b"x = 1\n").commented
