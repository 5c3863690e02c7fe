from __future__ import annotations

import pytest
from tests.support.histories import check_with, histories, text

from safeguards.findings import Finding

V = "m/versions/"
LIVE = {f"{V}1.py": text("1"), f"{V}2.py": text("2", "1")}


def compared(now: dict[str, str], live: dict[str, str] = LIVE) -> list[tuple[str, str]]:
    findings: list[Finding] = check_with(now, before=histories(live))
    return [(f.place.path, f.message) for f in findings if f.rule == "SG207"]


@pytest.mark.parametrize(
    "now",
    [
        LIVE,
        LIVE | {f"{V}3.py": text("3", "2")},
        LIVE | {f"{V}2.py": '"""Said."""\n' + text("2", "1") + "# a comment\n"},
        {f"{V}1.py": LIVE[f"{V}1.py"], f"{V}two.py": LIVE[f"{V}2.py"]},
        LIVE | {f"{V}2.py": "def ("},
    ],
)
def test_what_is_no_edit(now: dict[str, str]) -> None:
    assert compared(now) == []


def test_another_statement_is_an_edit() -> None:
    edited = text("2", "1").replace("pass", "op.drop_table('x')", 1)
    ((path, message),) = compared(LIVE | {f"{V}2.py": edited})
    assert path == f"{V}2.py"
    assert message.startswith("revision 2 is already live, and what it does was edited")


def test_another_parent() -> None:
    now = LIVE | {f"{V}0.py": text("0"), f"{V}1.py": text("1", "0")}
    assert compared(now) == [
        (f"{V}1.py", "revision 1 is already live, and now follows 0 instead of nothing")
    ]


def test_a_renamed_and_edited_file() -> None:
    now = {f"{V}1.py": LIVE[f"{V}1.py"], f"{V}two.py": text("2", "1", "x = 1")}
    assert [path for path, _ in compared(now)] == [f"{V}two.py"]


def test_a_file_that_is_gone_is_told_under_its_old_name() -> None:
    assert compared({f"{V}1.py": LIVE[f"{V}1.py"]}) == [
        (f"{V}2.py", "revision 2 is already live, and its file is gone")
    ]


def test_another_id_in_the_same_file() -> None:
    now = LIVE | {f"{V}2.py": text("2x", "1")}
    assert compared(now) == [
        (f"{V}2.py", "revision 2 is already live, and its file now has the id 2x")
    ]


def test_a_copy_under_the_same_id_does_not_hide_the_edit() -> None:
    now = LIVE | {f"{V}2.py": text("2", "1", "x = 1"), f"{V}0_copy.py": LIVE[f"{V}2.py"]}
    assert [path for path, _ in compared(now)] == [f"{V}2.py"]


def test_the_whole_history_is_gone() -> None:
    assert compared({}) == [("alembic.ini", "all 2 live revisions are gone from m")]


def test_nothing_is_told_without_knowledge_of_what_is_live() -> None:
    assert check_with({f"{V}1.py": text("1")}) == []
