"""The history of checks as a picture: a column for each run and push, a row for each stage."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from safeguards.checks import FAILED, STAGES, Check, StageName
from safeguards.report.html.contents import Past
from safeguards.report.html.markup import Markup, el, text
from safeguards.report.past import Entry, moment, of_push, of_run
from safeguards.report.verify_text import TITLES
from safeguards.runs import History, Push, Run

MOST = 100
"""Columns; older runs are left out."""
PITCH = 14
HIGH = 26
"""A row, in pixels; the first one is that of what was done."""
LABEL = 104
NARROWEST = 150
"""Pixels, so that a time fits under a single column."""
EVERY = 9
"""Columns from one time under the picture to the next."""

_BAR = ("M1 2h9v18h-9z", "f-good")
_DISC = "M5.5 6a5 5 0 1 0 .01 0z"
_QUESTION = "M3.7 9a1.8 1.8 0 1 1 2.7 1.7c-.7.4-.9.8-.9 1.6m0 2.4v.1"

_SHAPES: Mapping[str, tuple[str, tuple[tuple[str, str], ...]]] = {
    "ok": ("well", (_BAR,)),
    "warn": ("well, with a warning", (_BAR, ("M5.5 4l3.5 6h-7z", "f-mark"))),
    "fail": ("failed", (("M1 2h9v18h-9z", "f-bad"), ("M2.5 7.5l6 7m0-7l-6 7", "s-mark"))),
    "unknown": ("could not be looked at", (("M2 3h7v16h-7z", "s-warn"), (_QUESTION, "s-warn"))),
    "skipped": ("left out", (("M3 11h5", "s-quiet"),)),
    "verify": ("verify", (("M5.5 8.5a2.5 2.5 0 1 0 .01 0z", "f-quiet"),)),
    "sync": ("sync", (("M5.5 4l5.5 12h-11z", "f-good"),)),
    "sync-fail": ("sync that failed", (("M5.5 5l4.5 10h-9z", "s-bad"),)),
    "push": ("push without a run", ((_DISC, "s-quiet"),)),
    "refused": ("push that the gate refused", ((_DISC, "f-bad"), ("M2.5 11h6", "s-mark"))),
}
"""Each mark: what it means, its outlines. No two differ by colour alone."""


class Column(msgspec.Struct, frozen=True):
    """One run or push: what it was in words, the mark of its kind, the checks that it made."""

    entry: Entry
    mark: str
    checks: Mapping[StageName, Check] = {}
    passed: bool | None = None


def section(past: Past) -> Markup:
    """The section, with the same as a table for who cannot see the picture."""
    return el(
        "section",
        el("h2", "History of checks", id="history-title"),
        *_said(past),
        class_="card",
        id="history",
        aria_labelledby="history-title",
    )


def columns(history: History) -> tuple[Column, ...]:
    """The newest runs, and pushes that led to none, oldest first."""
    by_run = {push.run: push for push in history.pushes if push.run}
    shown = {run.id for run in history.runs}
    found = [_of_run(run, by_run.get(run.id)) for run in history.runs]
    found += [_of_push(push) for push in history.pushes if push.run not in shown]
    return tuple(sorted(found, key=lambda column: column.entry.at)[-MOST:])


def _of_run(run: Run, push: Push | None) -> Column:
    mark = run.kind
    if run.kind == "sync" and run.status not in {"pass", "running"}:
        return Column(of_run(run, push), "sync-fail", _by_name(run.checks), passed=False)
    passed = {"pass": True, "fail": False}.get(run.status)
    return Column(of_run(run, push), mark, _by_name(run.checks), passed=passed)


def _of_push(push: Push) -> Column:
    return Column(of_push(push), "refused" if push.gate == "fail" else "push")


def _by_name(checks: Sequence[Check]) -> Mapping[StageName, Check]:
    return {check.name: check for check in checks}


def _said(past: Past) -> Iterator[Markup]:
    if past.problem:
        yield el("p", f"The journal could not be read: {past.problem}")
        return
    found = columns(past.history)
    if not found:
        yield el("p", "There is no run and no push yet.")
        return
    summary = _summary(found)
    yield el("p", text(summary, 1000))
    yield el(
        "figure",
        el("div", _labels(), el("div", _picture(found, summary), **_REGION), class_="past"),
        _key(found),
    )
    yield _table(found)


_REGION: Mapping[str, str] = {
    "class_": "scroll",
    "tabindex": "0",
    "role": "region",
    "aria_label": "Picture of the history, the newest at the right",
}


def _summary(found: Sequence[Column]) -> str:
    """What the picture shows, in words."""
    judged = [column for column in found if column.passed is not None]
    passed = sum(bool(column.passed) for column in judged)
    many = f"the last {len(judged)} runs" if len(judged) > 1 else "1 run"
    pushes = sum(column.mark in {"push", "refused"} for column in found)
    told = f"{passed} of {many} passed" if judged else "No run has ended yet"
    failures = [
        f"{TITLES[name]} {count} time{'s' * (count != 1)}"
        for name in STAGES
        if (count := sum(_failed(column, name) for column in found))
    ]
    told += f"; failed: {', '.join(failures)}" if failures else ""
    told += f"; {pushes} push{'es' * (pushes != 1)} without a run" if pushes else ""
    return f"{told}. From {moment(found[0].entry.at)} to {moment(found[-1].entry.at)}."


def _failed(column: Column, name: StageName) -> bool:
    check = column.checks.get(name)
    return check is not None and check.status in FAILED


def _labels() -> Markup:
    words = ["Done", *(TITLES[name] for name in STAGES)]
    rows = [el("text", word, x=0, y=row * HIGH + 16) for row, word in enumerate(words)]
    high = _height()
    box = f"0 0 {LABEL} {high}"
    return el("svg", *rows, width=LABEL, height=high, viewBox=box, aria_hidden="true")


def _picture(found: Sequence[Column], summary: str) -> Markup:
    wide = max(len(found) * PITCH, NARROWEST)
    start = wide - len(found) * PITCH
    bands = [
        el("rect", x=0, y=row * HIGH, width=wide, height=HIGH, class_="band")
        for row in range(0, len(STAGES) + 1, 2)
    ]
    drawn = [mark for n, column in enumerate(found) for mark in _column(column, start + n * PITCH)]
    return el(
        "svg",
        el("title", "History of checks"),
        el("defs", *(el("g", *_outlines(name), id=f"mark-{name}") for name in _SHAPES)),
        *bands,
        *drawn,
        *_times(found, start),
        width=wide,
        height=_height(),
        viewBox=f"0 0 {wide} {_height()}",
        preserveAspectRatio="none",  # on paper only its width shrinks: it stays beside its labels
        role="img",
        aria_label=f"{summary} The table below says the same.",
    )


def _height() -> int:
    return (len(STAGES) + 1) * HIGH + 22


def _outlines(name: str) -> Iterator[Markup]:
    for path, kind in _SHAPES[name][1]:
        yield el("path", d=path, class_=kind)


def _column(column: Column, x: int) -> Iterator[Markup]:
    entry = column.entry
    when = f"{moment(entry.at)}: {entry.what}, {entry.outcome}"
    yield _mark(column.mark, x, 0, when)
    for row, name in enumerate(STAGES, 1):
        check = column.checks.get(name)
        if check is not None:
            mark = _kind(check)
            why = f"{TITLES[name]}: {_SHAPES[mark][0]}{_because(check)}"
            yield _mark(mark, x, row, f"{why} ({moment(entry.at)}, {entry.what})")


def _mark(name: str, x: int, row: int, title: str) -> Markup:
    return el("use", el("title", title), href=f"#mark-{name}", x=x + 1, y=row * HIGH + 2)


def _kind(check: Check) -> str:
    warned = any(item.status == "warn" for item in check.items)
    return "warn" if check.status == "ok" and warned else check.status


def _because(check: Check) -> str:
    bad = [item for item in check.items if item.status in {*FAILED, "warn"}]
    told = [", ".join(part for part in (i.observed, i.message) if part) for i in bad[:2]]
    reasons = [f"{item.subject}: {why}" for item, why in zip(bad, told, strict=False)]
    more = [f"and {len(bad) - 2} more"] if len(bad) > 2 else []
    return f" - {'; '.join([*reasons, *more])}" if reasons else ""


def _times(found: Sequence[Column], start: int) -> Iterator[Markup]:
    """Times under the picture, counted back from the newest so that they never touch."""
    y = (len(STAGES) + 1) * HIGH + 16
    for number in range(len(found) - 1, -1, -EVERY):
        end = start + (number + 1) * PITCH
        if end >= PITCH * (EVERY - 1) or number == len(found) - 1:
            at = found[number].entry.at
            told = f"{at[5:10]} {at[11:16]}" if at[10:11] == "T" else at
            yield el("text", text(told, 16), x=end, y=y, class_="at", text_anchor="end")


def _key(found: Sequence[Column]) -> Markup:
    """What the marks mean that are in the picture."""
    used = {column.mark for column in found}
    used |= {_kind(check) for column in found for check in column.checks.values()}
    return el(
        "ul",
        *(
            el("li", _sample(name), el("span", words))
            for name, (words, _) in _SHAPES.items()
            if name in used
        ),
        class_="key",
        aria_hidden="true",
    )


def _sample(name: str) -> Markup:
    return el("svg", el("use", href=f"#mark-{name}"), width=11, height=22, viewBox="0 0 11 22")


def _table(found: Sequence[Column]) -> Markup:
    titles = ("Time", "What", "Outcome", *(TITLES[name] for name in STAGES))
    head = el("tr", *(el("th", title, scope="col") for title in titles))
    return el(
        "details",
        el("summary", f"The same as a table, the newest first ({len(found)})"),
        el(
            "div",
            el("table", el("thead", head), el("tbody", *map(_row, reversed(found)))),
            class_="scroll",
            tabindex=0,
            role="region",
            aria_label="Table of the history",
        ),
    )


def _row(column: Column) -> Markup:
    checks = (column.checks.get(name) for name in STAGES)
    return el(
        "tr",
        el("td", moment(column.entry.at)),
        el("td", column.entry.what),
        el("td", column.entry.outcome, class_="wide"),
        *(el("td", _SHAPES[_kind(check)][0] if check else "") for check in checks),
    )
