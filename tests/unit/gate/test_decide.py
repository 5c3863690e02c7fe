from __future__ import annotations

from safeguards.checks import Action, Item
from safeguards.findings import Finding, Place
from safeguards.gate.decide import (
    Subject,
    broken_check,
    conclude,
    read_check,
    skip_all,
    skipped_check,
    subjects,
)
from safeguards.pushed import GateCheck, PushedRef

A, B, TAG = "a" * 40, "b" * 40, "c" * 40


def ref(oid: str, branch: str) -> PushedRef:
    return PushedRef("HEAD", oid, f"refs/heads/{branch}", "0" * 40)


def finding(severity: str, line: int = 1) -> Finding:
    return Finding(Place("a.py", line), "SG101", "x", severity, "m")  # type: ignore[arg-type]


MAIN, RELEASE = ref(A, "main"), ref(TAG, "release")
SUBJECT = Subject(A, (MAIN,))


def test_each_commit_is_one_subject_in_the_order_of_the_refs() -> None:
    other = ref(B, "other")
    assert subjects((MAIN, other, RELEASE), {A: A, B: B, TAG: A}) == (
        Subject(A, (MAIN, RELEASE)),
        Subject(B, (other,)),
    )
    assert subjects((), {}) == ()
    assert Subject(A, (MAIN, RELEASE)).name == "main, release aaaaaaaaaa"


def test_the_worst_finding_decides_and_infos_are_left_out() -> None:
    for severities, status in (
        (["error", "warning"], "fail"),
        (["warning", "info"], "warn"),
        (["info"], "pass"),
        ([], "pass"),
    ):
        found = [finding(severity, n + 1) for n, severity in enumerate(severities)]
        check = read_check("scan", SUBJECT, [*found, *found], "s", 3)
        assert check.status == status
        assert list(check.findings) == [each for each in found if each.severity != "info"]
        assert (check.commit, check.duration_ms, check.summary) == (A, 3, "s")


def test_what_could_not_be_checked_fails() -> None:
    check = broken_check("history", SUBJECT, "git is gone", "install it", 1)
    assert check.status == "fail"
    assert check.items == (Item("history", "unknown", message="git is gone", hint="install it"),)
    assert conclude((MAIN,), (check,)).outcome == "fail"


def test_any_failed_check_refuses() -> None:
    def made(*statuses: str) -> tuple[GateCheck, ...]:
        return tuple(GateCheck("scan", status, 0) for status in statuses)  # type: ignore[arg-type]

    for statuses, outcome in (
        ((), "pass"),
        (("pass", "warn", "skipped"), "pass"),
        (("fail", "pass"), "fail"),
        (("pass", "fail"), "fail"),
    ):
        assert conclude((MAIN,), made(*statuses)).outcome == outcome


def test_every_skipped_check_is_named_once() -> None:
    twice = skipped_check("production", "no target", SUBJECT)
    verdict = conclude((MAIN,), (twice, twice), skipped=["history: x", "history: x"])
    assert verdict.skipped == ("production: no target", "history: x")


def test_harmless_actions_come_first_and_each_once() -> None:
    look, push = Action("look", "", safe=True), Action("push", "", safe=False)
    check = GateCheck("production", "fail", 0, items=(Item("a", "fail", next=look),))
    assert conclude((), (check,), next_actions=[push, look]).next_actions == (look, push)


def test_a_skip_judges_nothing_and_names_everything() -> None:
    verdict = skip_all((MAIN,), ("scan", "production"), "in a hurry")
    assert (verdict.outcome, verdict.refs) == ("skipped", (MAIN,))
    assert verdict.skipped == ("scan: in a hurry", "production: in a hurry")
    assert [check.status for check in verdict.checks] == ["skipped", "skipped"]
