from __future__ import annotations

from tests.support.histories import BODY, found, text

V = "m/versions/"


def test_what_is_missing_is_said_at_once() -> None:
    (finding,) = found({f"{V}1.py": text("1"), f"{V}helper.py": "x = 1\n"})
    assert finding.message == (
        "`revision` and `down_revision` and `upgrade` are missing: "
        "every alembic command fails on this file"
    )


def test_a_conflict_is_told_where_it_is() -> None:
    files = {f"{V}1.py": text("1"), f"{V}2.py": "x = 1\n<<<<<<< HEAD\n=======\n>>>>>>> b\n"}
    (finding,) = found(files)
    assert (finding.place.line, finding.message) == (
        2,
        "cannot be parsed: a conflict of git is left in it",
    )


def test_a_computed_id_is_an_error_and_makes_no_others() -> None:
    files = {
        f"{V}1.py": text("1"),
        f"{V}two.py": "import x\nrevision = x.y\ndown_revision='1'" + BODY,
    }
    (finding,) = found(files)
    assert (finding.rule, finding.message) == ("SG205", "`revision` is not a literal")


def test_names_of_the_file_stay_on_one_line() -> None:
    (finding,) = found({f"{V}1.py": "revision = 'a@\\nb'\ndown_revision = None" + BODY})
    assert finding.message == "Alembic allows no @ in a revision id: a@ b"
