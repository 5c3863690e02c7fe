from __future__ import annotations

import pytest
from tests.support.histories import check_with, found, text

V = "m/versions/"
FIRST = {f"{V}1.py": text("abcdef01", None, "branch_labels = 'core'")}


@pytest.mark.parametrize(
    ("second", "message", "way_out"),
    [
        (
            text("2", "abcdef02"),
            "revision 2 follows abcdef02, which is in no file",
            "Did you mean abcdef01, in m/versions/1.py?",
        ),
        (
            text("2", "abcdef"),
            "revision 2 follows abcdef, which is in no file",
            "Write the whole id, abcdef01: Alembic wants it in files.",
        ),
        (
            text("2", "core"),
            "revision 2 follows core, which is in no file",
            "That is a branch label; `down_revision` takes ids alone.",
        ),
        (
            text("2", "abcdef01", "depends_on = ('core', 'zzz')"),
            "revision 2 depends on zzz, which is in no file",
            "Bring the file of that revision, or correct the id.",
        ),
    ],
)
def test_the_way_out(second: str, message: str, way_out: str) -> None:
    findings = [f for f in found(FIRST | {f"{V}2.py": second}) if f.rule == "SG202"]
    assert [(f.message, f.help, f.place.path) for f in findings] == [(message, way_out, f"{V}2.py")]


def test_the_finding_stands_at_the_variable() -> None:
    (finding,) = found({f"{V}2.py": text("2", None, "depends_on = 'zzz'")})
    assert finding.place.line == 3


def test_git_is_asked_only_for_what_is_missing() -> None:
    asked: list[str] = []

    def whereabouts(name: str) -> str:
        asked.append(name)
        return f"It is on branch other, in {name}.py."

    files = FIRST | {f"{V}2.py": text("2", ("abcdef01", "zzz"))}
    (finding,) = check_with(files, whereabouts=whereabouts)
    assert asked == ["zzz"]
    assert finding.help == "It is on branch other, in zzz.py."


def test_a_file_that_git_does_not_have_may_be_the_one() -> None:
    files = FIRST | {f"{V}2.py": text("2", ("abcdef01", "zzz"))}
    findings = check_with(files, untracked=frozenset({f"{V}zzz_new.py"}))
    assert "It may be m/versions/zzz_new.py, which is not in git." in [f.help for f in findings]


def test_a_broken_file_may_be_the_parent() -> None:
    files = FIRST | {f"{V}2.py": "revision = '2'\ndef (", f"{V}3.py": text("3", ("abcdef01", "2"))}
    assert [f.rule for f in found(files)] == ["SG205"]
