from __future__ import annotations

import re

import msgspec
import pytest
from tests.support.golden import Golden

from safeguards.checks import Action, Check, Item
from safeguards.pushed import PushedRef
from safeguards.report import history_markdown, history_text, json_document
from safeguards.runs import History, Push, Run, Step, Work, as_seen

ONE, TWO, NOTHING = "1" * 40, "2" * 40, "0" * 40
URL = "ssh://git@index.example/shop"
HOSTILE = "a\x1b[2J\r\nb\u202e|`*<x>"


def ref(name: str = "main", commit: str = ONE) -> PushedRef:
    return PushedRef(f"refs/heads/{name}", commit, f"refs/heads/{name}", NOTHING)


def at(second: int) -> str:
    return f"2026-01-01T10:00:{second:02}.500Z"


CONTAINERS = Check(1, "containers", "ok", 30, "", (Item("npd-db", "ok", "running", "running"),))
EMPTY = Item(
    "Projects",
    "fail",
    "0",
    "at least 1",
    "the table is empty",
    "see the last backup",
    0,
    Action("psql -c 'select 1'", "asks the database", safe=True),
)
RECORDS = Check(4, "records", "fail", 9, "", (EMPTY,))
RUNS = (
    as_seen(
        Run("r4", "sync", "push", "", at(40), "running", TWO, steps=(Step("migrate", "running"),)),
        alive=False,
    ),
    Run(
        *("r3", "sync", "push", "production", at(30), "running", TWO),
        steps=(Step("build", "pass", 1200), Step("migrate", "running")),
    ),
    Run("r2", "verify", "manual", "production", at(20), "fail", ONE, at(21), 4, (), (RECORDS,)),
    Run(
        *("r1", "sync", "resume", "production", at(10), "pass", ONE, at(14), 0),
        steps=(Step("verify", "pass", 900),),
        checks=(CONTAINERS,),
    ),
    Run("r0", "sync", "receive", "production", at(5), "fail", TWO, at(6), 12),
)
PUSHES = (
    Push("r4", at(39), "origin", (ref(commit=TWO),), "pass", "accepted", "r4"),
    Push(
        *("p3", at(33), "origin", (ref("main", TWO), ref("next")), "skipped", "unknown", None),
        skipped=("scan: SAFEGUARDS_SKIP=hurry",),
        repair="#42",
        url=URL,
    ),
    Push("p2", at(32), "origin", (ref(),), "pass", "rejected", url=URL),
    Push("p1", at(31), "origin", (ref(),), "fail", "rejected", url=URL),
    Push("g2", at(29), "origin", (ref(),), "pass", "unknown"),
    Push("g1", at(28), "origin", (ref(),), "fail", "rejected"),
    Push("p0", at(1), "origin", (ref(),), "pass", "accepted", "long gone"),
)
HISTORY = History(1, RUNS, PUSHES)


@pytest.mark.parametrize("form", ["text", "json", "markdown"])
def test_what_it_looks_like(golden: Golden, form: str) -> None:
    rendered = {
        "text": history_text.render(HISTORY, limit=20),
        "json": json_document.render(HISTORY),
        "markdown": history_markdown.render(HISTORY, limit=20),
    }
    golden.check(f"history/several.0.{form}", rendered[form])


def test_verbose_tells_of_what_passed_too(golden: Golden) -> None:
    golden.check("history/verbose.0.text", history_text.render(HISTORY, limit=20, verbose=True))


@pytest.mark.parametrize("form", [history_text, history_markdown])
def test_an_empty_journal(form: object) -> None:
    render = form.render  # type: ignore[attr-defined]
    assert "There is no run and no push yet." in render(History(1, (), ()), limit=20)


def test_how_a_backup_is_restored_is_told_of_every_run() -> None:
    work = Work(backup="/kept/r5.dump", restore="pg_restore --clean /kept/r5.dump")
    run = Run("r5", "sync", "push", "production", at(50), "pass", ONE, at(51), 0, work=work)
    text = history_text.render(History(1, (run,), ()), limit=1)
    assert "backup: /kept/r5.dump; to restore it: pg_restore --clean /kept/r5.dump" in text


def test_an_accepted_push_is_told_with_its_run_only() -> None:
    text = history_text.render(HISTORY, limit=20)
    assert "push r4" not in text
    assert text.count("by a push of main to origin") == 1


def test_only_as_many_as_asked_for() -> None:
    assert len(history_text.render(HISTORY, limit=2).splitlines()) >= 2
    assert "r2" not in history_text.render(HISTORY, limit=2)


def test_the_json_is_that_of_the_contract() -> None:
    document = msgspec.json.decode(json_document.render(HISTORY))
    assert list(document) == ["version", "runs", "pushes"]
    assert set(document["runs"][0]) == {
        *("id", "kind", "trigger", "commit", "target", "started_at", "finished_at"),
        *("status", "exit_code", "steps", "checks", "message", "work"),
    }
    assert set(document["pushes"][0]) >= {"at", "remote", "refs", "gate", "outcome", "run"}


def test_nothing_in_it_steers_a_terminal_or_a_table() -> None:
    push = Push(HOSTILE, HOSTILE, HOSTILE, (ref(HOSTILE),), "fail", skipped=(HOSTILE,))
    step = Step(HOSTILE, HOSTILE)
    run = Run(HOSTILE, "sync", "push", HOSTILE, HOSTILE, HOSTILE, HOSTILE, steps=(step,))
    history = History(1, (run,), (push,))
    text = history_text.render(history, limit=9)
    assert not set("\x1b\r\x07\x9b\u202e") & set(text)
    assert len(text.splitlines()) == 4
    table = history_markdown.render(history, limit=9)
    assert not set("\x1b\r\u202e") & set(table)
    rows = [line for line in table.splitlines() if line.startswith("| ")]
    assert [line.replace("\\|", "").count("|") for line in rows] == [5] * 3
    assert not re.search(r"(?<!\\)<x", table)
