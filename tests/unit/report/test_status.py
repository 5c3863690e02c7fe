from __future__ import annotations

import re

import msgspec
import pytest
from tests.support.golden import Golden
from tests.unit.report.test_history import HOSTILE, RUNS, TWO, at

from safeguards.checks import Action, Drift
from safeguards.report import json_document, status_markdown, status_text
from safeguards.standing import Standing, Underway

DRIFT = Drift(
    status="drift",
    remote="origin",
    branch="main",
    seen="remote",
    message="origin/main is at 222222222222; 3 files changed since 111111111111",
    target="production",
    synced="1" * 40,
    run="r1",
    tip=TWO,
    changed=("app/models.py", "app/views.py"),
    changed_count=3,
)
STUCK = Standing(
    version=1,
    exit_code=1,
    target="production",
    last_run=RUNS[2],
    last_sync=RUNS[0],
    underway=(
        Underway("p1", at(41), "pushing", "origin", ("main",), TWO),
        Underway("p2", at(42), "working", "origin", ("main",), TWO, "production", "migrate"),
        Underway(
            *("p3", at(43), "cut off", "origin", ("main", "next"), TWO, "production", "build"),
            record="safeguards/claimed/p3.json",
            log="safeguards/logs/p3.log",
            command="safeguards push",
        ),
        Underway(
            *("p4", at(44), "unknown", "origin", ("main",), TWO),
            record="safeguards/pending/p4.json",
            command="safeguards push",
        ),
        Underway("p5", at(45), "cut off", "", (), TWO, "production", "roll"),
    ),
    missing_hooks=("pre-push",),
    drift=DRIFT,
    problems=("the journal cannot be used: disk I/O error",),
    notes=("origin cannot be asked; its branch is that of the last fetch",),
    next_actions=(Action("safeguards push", "first completes what was cut off", safe=False),),
)
WELL = Standing(
    version=1,
    exit_code=0,
    target="production",
    last_run=RUNS[3],
    last_sync=RUNS[3],
    underway=(),
    missing_hooks=(),
    drift=msgspec.structs.replace(
        *(DRIFT,), status="none", message="all is well", changed=(), changed_count=0
    ),
    problems=(),
    notes=(),
    next_actions=(),
)
NOTHING = Standing(1, 0, None, None, None, (), (), None, (), (), ())
FORMS = {
    "text": status_text.render,
    "json": json_document.render,
    "markdown": status_markdown.render,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize(
    ("name", "standing"), [("stuck.1", STUCK), ("well.0", WELL), ("nothing.0", NOTHING)]
)
def test_what_it_looks_like(golden: Golden, name: str, standing: Standing, form: str) -> None:
    golden.check(f"status/{name}.{form}", FORMS[form](standing))


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_nothing_in_it_steers_a_terminal(form: str) -> None:
    work = Underway(*(HOSTILE, HOSTILE, "cut off", HOSTILE, (HOSTILE,), HOSTILE, HOSTILE))
    drift = msgspec.structs.replace(DRIFT, message=HOSTILE, changed=(HOSTILE,))
    standing = msgspec.structs.replace(
        STUCK, underway=(work,), drift=drift, problems=(HOSTILE,), notes=(HOSTILE,)
    )
    text = FORMS[form](standing)
    assert not set("\x1b\r\x07\x9b\u202e") & set(text)
    assert form == "text" or not re.search(r"(?<!\\)<x", text)
