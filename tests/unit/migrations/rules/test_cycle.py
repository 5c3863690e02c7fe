from __future__ import annotations

from tests.support.histories import found, text

V = "m/versions/"


def test_a_circle_names_its_members_alone() -> None:
    """1 <- 2 <-> 3 <- 4."""
    files = {
        f"{V}1.py": text("1"),
        f"{V}2.py": text("2", ("1", "3")),
        f"{V}3.py": text("3", "2"),
        f"{V}4.py": text("4", "3"),
    }
    (finding,) = found(files)
    assert finding.message == (
        "revisions 2 and 3 follow or depend on each other: Alembic reads no such history"
    )
    assert [related.label for related in finding.related] == ["3"]


def test_a_revision_that_depends_on_itself() -> None:
    (finding,) = found({f"{V}1.py": text("1", None, "depends_on = '1'")})
    assert finding.message.startswith("revision 1 follows or depends on itself")
    assert finding.place.line == 3


def test_the_smaller_history_is_the_second_one() -> None:
    files = {
        f"{V}a.py": text("a"),
        f"{V}b.py": text("b"),
        f"{V}c.py": text("c", "b"),
    }
    (finding,) = found(files)
    assert (finding.rule, finding.place.path, finding.place.line) == ("SG203", f"{V}a.py", 2)
    assert finding.message.startswith("revision a begins a second history beside that of b:")


def test_two_beginnings_that_are_joined_are_one_history() -> None:
    files = {f"{V}a.py": text("a"), f"{V}b.py": text("b"), f"{V}c.py": text("c", ("a", "b"))}
    assert found(files) == []


def test_histories_in_folders_of_their_own_need_labels() -> None:
    ini = "[alembic]\nscript_location = m\nversion_locations = one two\n"
    from tests.support.histories import check_with

    plain = {"one/1.py": text("1"), "two/2.py": text("2")}
    assert {f.rule for f in check_with(plain, ini)} == {"SG203"}
    labelled = {
        "one/1.py": text("1", None, "branch_labels = 'one'"),
        "two/2.py": text("2", None, "branch_labels = 'two'"),
    }
    assert check_with(labelled, ini) == []
