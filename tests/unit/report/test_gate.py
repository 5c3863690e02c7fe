"""The gate's verdict as text and as JSON."""

from __future__ import annotations

import json

from safeguards.checks import Action, Item
from safeguards.findings import Finding, Place, Related
from safeguards.pushed import GateCheck, GateVerdict, PushedRef
from safeguards.report import gate_json, gate_text

A, B = "a" * 40, "b" * 40
REF = PushedRef("HEAD", A, "refs/heads/main", "0" * 40)
FINDING = Finding(
    Place("app/models.py", 2, 5),
    "SG101",
    "ambiguous-foreign-keys",
    "error",
    "Order.customer is ambiguous",
    help="Say which one.",
    related=(Related(Place("app/models.py", 1), "foreign key"),),
)
SCAN = GateCheck("scan", "pass", 12, "2 files, 1 model", commit=A, subject="main aaaaaaaaaa")
HISTORY = GateCheck("history", "pass", 3, "1 revision, head 1", commit=A, subject="main aaaaaaaaaa")


def test_a_well_push_is_one_line_for_each_check() -> None:
    assert gate_text.render(GateVerdict("pass", (REF,), (SCAN, HISTORY))) == (
        "Scan [OK] (2 files, 1 model)\nHistory [OK] (1 revision, head 1)\nPUSH GATE PASSED\n"
    )


def test_findings_are_shown_as_scan_shows_them_with_the_source_of_their_commit() -> None:
    scan = GateCheck("scan", "fail", 1, "s", findings=(FINDING,), commit=A)
    text = gate_text.render(
        GateVerdict("fail", (REF,), (scan,)),
        {A: {"app/models.py": ["one", "    two"]}, B: {"app/models.py": ["1", "    2"]}},
    )
    assert text == (
        "Scan [FAIL] (s)\n"
        "  app/models.py:2:5: SG101 error: Order.customer is ambiguous\n"
        "      2 |     two\n"
        "        |     ^\n"
        "      app/models.py:1:1: foreign key\n"
        "      1 | one\n"
        "        | ^\n"
        "      help: Say which one.\n"
        "PUSH GATE REFUSED\n"
    )


def test_items_are_shown_where_something_is_wrong_and_all_with_verbose() -> None:
    items = (
        Item("revision", "ok", "018", message="nothing to apply"),
        Item("containers: web", "fail", "exited", "running", hint="see its log"),
    )
    check = GateCheck("production", "fail", 1, "production, ill", items=items, commit=A)
    verdict = GateVerdict("fail", (REF,), (check,))
    assert gate_text.render(verdict) == (
        "Production [FAIL] (production, ill)\n"
        "  - containers: web: exited\n"
        "      observed: exited; expected: running\n"
        "      hint: see its log\n"
        "PUSH GATE REFUSED\n"
    )
    assert "  - revision: 018 (nothing to apply)\n" in gate_text.render(verdict, verbose=True)


def test_what_was_not_checked_and_what_to_do_next() -> None:
    skipped = GateCheck("production", "skipped", 0, "no target is configured")
    verdict = GateVerdict(
        "fail",
        (REF,),
        (skipped,),
        ("production: no target is configured", "history: edits"),
        "it died",
        (Action("safeguards verify", "look", safe=True),),
    )
    assert gate_text.render(verdict) == (
        "Production [SKIPPED] (no target is configured)\n"
        "not checked: history: edits\n"
        "production is ill; this push repairs it: it died\n"
        "next: safeguards verify (look)\n"
        "PUSH GATE REFUSED\n"
    )


def test_several_commits_are_named() -> None:
    other = GateCheck("scan", "fail", 0, "s", commit=B, subject="release bbbbbbbbbb")
    text = gate_text.render(GateVerdict("fail", (REF,), (SCAN, other)))
    assert "Scan of main aaaaaaaaaa [OK] (2 files, 1 model)\n" in text
    assert "Scan of release bbbbbbbbbb [FAIL] (s)\n" in text


def test_nothing_to_judge_and_a_skip_say_so_in_the_last_lines() -> None:
    assert gate_text.render(GateVerdict("pass", ())) == (
        "nothing to judge: this push updates no branch that deploys\nPUSH GATE PASSED\n"
    )
    skip = GateVerdict(
        "skipped", (REF,), (GateCheck("scan", "skipped", 0, "fire"),), ("scan: fire",)
    )
    assert gate_text.render(skip) == "Scan [SKIPPED] (fire)\nPUSH GATE SKIPPED: fire\n"


def test_nothing_in_it_can_steer_a_terminal() -> None:
    bad = "\x1b[31m\n\u202e\x00"
    finding = Finding(Place(bad), "SG101", "n", "error", bad, help=bad)
    item = Item(bad, "fail", bad, bad, bad, bad, next=Action(bad, bad, safe=True))
    checks = (
        GateCheck("scan", "fail", 0, bad, (finding,), (item,), A, bad),
        GateCheck("scan", "skipped", 0, bad, (), (), B, bad),
    )
    for outcome in ("fail", "skipped"):
        verdict = GateVerdict(outcome, (REF,), checks, (bad,), bad, (Action(bad, bad, safe=False),))
        text = gate_text.render(verdict, verbose=True)
        assert not set(text) & {"\x1b", "\u202e", "\x00"}
        coloured = gate_text.render(verdict, color=True)
        assert "\x1b[31m[FAIL]\x1b[0m" in coloured
        assert "\x1b[31m\n" not in coloured


def test_json_holds_the_formats_of_scan_and_verify() -> None:
    item = Item("containers: web", "fail", next=Action("a", "b", safe=True))
    check = GateCheck("production", "fail", 5, "s", (FINDING,), (item,), A, "main")
    verdict = GateVerdict("fail", (REF,), (check,), ("x",), "r", (Action("a", "b", safe=True),))
    document = json.loads(gate_json.render(verdict, exit_code=1))
    assert list(document) == [
        *("version", "outcome", "exit_code", "refs", "checks", "skipped", "repair"),
        "next_actions",
    ]
    assert (document["version"], document["outcome"], document["exit_code"]) == (1, "fail", 1)
    (shown,) = document["checks"]
    assert (shown["name"], shown["status"], shown["commit"]) == ("production", "fail", A)
    assert shown["findings"][0]["url"] == "docs/rules/ambiguous-foreign-keys.md"
    assert shown["items"][0]["next"] == {"command": "a", "why": "b", "safe": True}
    assert document["next_actions"] == [{"command": "a", "why": "b", "safe": True}]


def test_json_of_a_name_that_is_no_text() -> None:
    verdict = GateVerdict("pass", (PushedRef("a\udcff", A, "b\udcfe", A),))
    document = json.loads(gate_json.render(verdict, exit_code=0))
    assert document["refs"][0]["local_ref"] == "a?"
