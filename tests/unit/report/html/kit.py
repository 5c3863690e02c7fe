"""Contents of a report to vary, and its pages taken apart."""

from __future__ import annotations

from xml.etree import ElementTree

import msgspec

from safeguards.checks import Action, Check, Item, Verdict, exit_code, next_actions
from safeguards.diagram import Box, Diagram, Row
from safeguards.findings import Finding, Place
from safeguards.report.html import page
from safeguards.report.html.contents import (
    Contents,
    Line,
    Migrations,
    Models,
    Past,
    Revision,
)
from safeguards.runs import History, Push, Run

AT = "2026-01-02T03:04:05.000Z"


def element(markup: str) -> ElementTree.Element:
    """The one element; a picture from elsewhere has a namespace, which nobody asks for."""
    return ElementTree.fromstring(markup.replace(' xmlns="http://www.w3.org/2000/svg"', ""))


def words(markup: str) -> str:
    """What is there to read, without titles."""
    found = element(markup)
    for parent in list(found.iter()):
        for child in [each for each in parent if each.tag == "title"]:
            parent.remove(child)
    return " ".join(" ".join(found.itertext()).split())


def checks(api: Item | None = None) -> tuple[Check, ...]:
    """All is well, or the API as this item says."""
    item = api or Item("/health", "ok", "200")
    status = item.status if item.status != "warn" else "ok"
    return (
        Check(1, "containers", "ok", 30, "", (Item("npd-db", "ok", "running"),)),
        Check(2, "migrations", "ok", 90, "018 matches head", (Item("database", "ok", "018"),)),
        Check(3, "api", status, 12, "", (item,)),
        Check(4, "records", "skipped", 0, "not configured"),
    )


FAILED = Item(
    *("/orders", "fail", "500", "2xx, 401 or 403", "the server failed", "see the log", 9),
    Action("curl -i http://127.0.0.1/orders", "see the answer", safe=True),
)


def verdict(*made: Check) -> Verdict:
    """The verdict that these checks amount to."""
    made = made or checks()
    code = int(exit_code(made))
    status = "fail" if code else "pass"
    actions = next_actions(made)
    return Verdict(1, "production", status, code, "full", AT, 120, "abcdef0123456", made, actions)


def run(number: int, made: tuple[Check, ...] = (), **changes: object) -> Run:
    """A verify in hour `number`."""
    at = f"2026-01-{1 + number // 24:02}T{number % 24:02}:00:00.000Z"
    code = int(exit_code(made))
    plain = Run(f"r{number}", "verify", "manual", "production", at, "fail" if code else "pass")
    told = {"finished_at": at, "exit_code": code, "checks": made, **changes}
    return msgspec.structs.replace(plain, **told)


def past(*runs: Run, pushes: tuple[Push, ...] = ()) -> Past:
    """A journal that holds these."""
    return Past(History(1, tuple(reversed(runs)), pushes))


def finding(message: str, severity: str = "error") -> Finding:
    """A finding in line 7."""
    place = Place("app/models.py", 7, 3)
    return msgspec.convert(
        {
            "place": msgspec.to_builtins(place),
            "rule": "SG101",
            "name": "ambiguous-foreign-keys",
            "severity": severity,
            "message": message,
        },
        Finding,
    )


def contents(**changes: object) -> Contents:
    """A small healthy report."""
    line = Line("alembic.ini", (Revision("018", "Add phone", "applied", is_head=True),), "018")
    plain = Contents(
        target="production",
        made_at=AT,
        made_by="safeguards 1",
        verdict=verdict(),
        asked=True,
        past=past(run(1, checks())),
        migrations=Migrations((line,)),
        models=Models(Diagram((Box("a", "Author", "author", (Row("books", "a"),)),)), 1),
    )
    return msgspec.structs.replace(plain, **changes)


def rendered(**changes: object) -> str:
    """The page of these contents."""
    return page.render(contents(**changes))
