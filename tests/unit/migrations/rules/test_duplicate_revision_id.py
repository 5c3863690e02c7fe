from __future__ import annotations

from tests.support.histories import check_with, found, histories, text

V = "m/versions/"
TWICE = {f"{V}018_a.py": text("018"), f"{V}018_b.py": text("018")}


def test_the_second_file_is_told() -> None:
    (finding,) = found(TWICE)
    assert (finding.rule, finding.place.path) == ("SG204", f"{V}018_b.py")
    assert finding.message == (
        "revision 018 is also in m/versions/018_a.py: Alembic loses one of them"
    )


def test_the_live_file_keeps_its_id() -> None:
    live = histories({f"{V}018_b.py": TWICE[f"{V}018_b.py"]})
    (finding,) = check_with(TWICE, before=live)
    assert finding.place.path == f"{V}018_a.py"


def test_across_the_folders_of_one_environment() -> None:
    ini = "[alembic]\nscript_location = m\nversion_locations = one two\n"
    files = {"one/1.py": text("1"), "two/1.py": text("1")}
    assert [f.place.path for f in check_with(files, ini)] == ["two/1.py"]


def test_not_across_environments() -> None:
    ini = (
        "[alembic]\nscript_location = m\nversion_locations = one\n"
        "[other]\nscript_location = m\nversion_locations = two\n"
    )
    files = {"one/1.py": text("1"), "two/1.py": text("1")}
    assert len(histories(files, ini)) == 2


def test_a_label_that_is_taken() -> None:
    files = {
        f"{V}1.py": text("1", None, "branch_labels = ('a', 'a')"),
        f"{V}2.py": text("2", "1", "branch_labels = '1'"),
    }
    assert [f.message.partition(":")[0] for f in found(files)] == [
        "branch label a is already taken in m/versions/1.py",
        "branch label 1 is already taken in m/versions/1.py",
    ]
