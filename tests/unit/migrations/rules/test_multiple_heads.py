from __future__ import annotations

from tests.support.histories import check_with, found, histories, text

V = "m/versions/"
FORK = {
    f"{V}017.py": text("017"),
    f"{V}018_phone.py": text("018", "017"),
    f"{V}018_more.py": text("018b", "018"),
    f"{V}019_email.py": text("019", "017"),
}


def test_without_knowledge_the_last_file_is_to_move() -> None:
    (finding,) = found(FORK)
    assert (finding.place.path, finding.place.line) == (f"{V}019_email.py", 2)
    assert finding.message == ("2 heads, 018b and 019: `alembic upgrade head` applies none of them")
    assert finding.help == (
        'Let it follow the other one: down_revision = "018b" in m/versions/019_email.py; '
        'or: alembic merge -m "merge heads" 018b 019'
    )
    assert [related.label for related in finding.related] == ["head 018b"]


def test_the_one_that_is_not_live_is_to_move_with_all_that_is_its_own() -> None:
    live = histories(
        {f"{V}017.py": FORK[f"{V}017.py"], f"{V}019_email.py": FORK[f"{V}019_email.py"]}
    )
    (finding,) = check_with(FORK, before=live)
    assert finding.place.path == f"{V}018_phone.py"
    assert 'down_revision = "019" in m/versions/018_phone.py' in finding.help


def test_what_is_live_is_merged() -> None:
    (finding,) = check_with(FORK, before=histories(FORK))
    assert finding.help == 'Join them: alembic merge -m "merge heads" 018b 019'


def test_three_heads_are_merged() -> None:
    (finding,) = found(FORK | {f"{V}020.py": text("020", "017")})
    assert finding.message.startswith("3 heads, 018b, 019 and 020:")
    assert "018b 019 020" in finding.help


def test_a_head_of_each_label_is_meant() -> None:
    labelled = {
        f"{V}018_phone.py": text("018", "017", "branch_labels = 'phone'"),
        f"{V}019_email.py": text("019", "017", "branch_labels = 'email'"),
    }
    assert found(FORK | labelled) == []


def test_two_heads_under_one_label_are_not() -> None:
    (finding,) = found(FORK | {f"{V}017.py": text("017", None, "branch_labels = 'all'")})
    assert finding.rule == "SG201"


def test_separate_histories_are_judged_each() -> None:
    """a1 - a2, a1 - a3, and beside them the labelled b1."""
    files = {
        f"{V}a1.py": text("a1", None, "branch_labels = 'a'"),
        f"{V}a2.py": text("a2", "a1"),
        f"{V}a3.py": text("a3", "a1"),
        f"{V}b1.py": text("b1", None, "branch_labels = 'b'"),
    }
    findings = found(files)
    assert [(f.rule, f.place.path) for f in findings if f.rule == "SG201"] == [
        ("SG201", f"{V}a3.py")
    ]


def test_nothing_is_told_of_heads_that_a_broken_file_makes() -> None:
    assert {f.rule for f in found(FORK | {f"{V}020.py": "def ("})} == {"SG205"}
