from __future__ import annotations

import msgspec
import pytest
from tests.support.golden import Golden

from safeguards.checks import Check, Item
from safeguards.planned import Plan, PlannedBackup, PlannedRevision, PlannedService, TableLock
from safeguards.report import plan_json, plan_markdown, plan_text, sync_markdown, sync_text
from safeguards.runs import Run, Step, Work

HOSTILE = "a\x1b[2J\r\nb\u202e|`*<x>"
COMMIT, BEFORE = "1" * 40, "2" * 40
PLAN = Plan(
    version=1,
    digest="0123456789abcdef",
    target="production",
    commit=COMMIT,
    revisions=(
        PlannedRevision(
            *("019", "drop the note", True, True),
            locks=(TableLock("orders", "ACCESS EXCLUSIVE"),),
            reasons=("drops column orders.note",),
        ),
        PlannedRevision("020", "find orders faster", False, False, additive=True),
    ),
    services=(
        PlannedService("web", "build+replace", "1 file changed since 222222222222: app.py"),
        PlannedService("db", "keep", "it is not built from the commit"),
    ),
    steps=("lock", "preflight", "backup", "build", "migrate", "trial", "roll", "verify"),
    backup=PlannedBackup("pg_dump", "019 may lose data"),
    noop=False,
    deployed=BEFORE,
    applied=("018",),
    effects=("web is replaced; what it is asked meanwhile may go unanswered",),
)
NOTHING = msgspec.structs.replace(
    PLAN, revisions=(), services=(), steps=(), effects=(), noop=True, deployed=COMMIT
)
WELL = Run(
    id="r1",
    kind="sync",
    trigger="push",
    target="production",
    started_at="2026-01-01T10:00:00.000Z",
    status="pass",
    commit=COMMIT,
    finished_at="2026-01-01T10:00:09.000Z",
    exit_code=0,
    steps=(Step("plan", "ok", 10),),
    checks=(Check(1, "containers", "ok", 3, "", (Item("web", "ok", "running"),)),),
    message="applied 019; replaced web",
    work=Work(applied=("019",), replaced=("web",), backup="/b/r1.dump", unanswered_ms=1500),
)
ILL = msgspec.structs.replace(
    WELL,
    status="fail",
    exit_code=16,
    checks=(Check(3, "api", "fail", 3, "", (Item("/health", "fail", "500", "2xx"),)),),
    message="the new version is not healthy; and the old version does not come back",
)
UNTOUCHED = msgspec.structs.replace(ILL, exit_code=11, checks=(), work=None, message="held")
PLANS = {
    "text": plan_text.render,
    "json": plan_json.render,
    "markdown": plan_markdown.render,
}
ENDS = {"text": sync_text.render, "markdown": sync_markdown.render}


@pytest.mark.parametrize("form", PLANS)
@pytest.mark.parametrize(("name", "plan"), [("plan.0", PLAN), ("nothing.0", NOTHING)])
def test_what_a_plan_looks_like(golden: Golden, name: str, plan: Plan, form: str) -> None:
    golden.check(f"sync/{name}.{form}", PLANS[form](plan))


@pytest.mark.parametrize("form", ENDS)
@pytest.mark.parametrize(
    ("name", "run"), [("well.0", WELL), ("ill.16", ILL), ("untouched.11", UNTOUCHED)]
)
def test_what_an_end_looks_like(golden: Golden, name: str, run: Run, form: str) -> None:
    golden.check(f"sync/{name}.{form}", ENDS[form](run))


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_nothing_in_a_plan_steers_a_terminal(form: str) -> None:
    revision = PlannedRevision(
        HOSTILE, HOSTILE, False, True, (TableLock(HOSTILE, HOSTILE),), reasons=(HOSTILE,)
    )
    plan = msgspec.structs.replace(
        PLAN,
        target=HOSTILE,
        revisions=(revision,),
        services=(PlannedService(HOSTILE, "keep", HOSTILE),),
        effects=(HOSTILE,),
    )
    harmless(PLANS[form](plan), form)


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_nothing_in_an_end_steers_a_terminal(form: str) -> None:
    work = Work(applied=(HOSTILE,), replaced=(HOSTILE,), backup=HOSTILE)
    item = Item(HOSTILE, "fail", HOSTILE, HOSTILE, HOSTILE, HOSTILE)
    run = msgspec.structs.replace(
        ILL,
        target=HOSTILE,
        message=HOSTILE,
        work=work,
        checks=(Check(3, "api", "fail", 1, "", (item,)),),
    )
    harmless(ENDS[form](run), form)


def harmless(text: str, form: str) -> None:
    assert not set("\x1b\r\x07\x9b\u202e") & set(text)
    lines = [line for line in text.splitlines() if "<x" in line and "`" not in line]
    assert form == "text" or all("\\<x" in line for line in lines)
