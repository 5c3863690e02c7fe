"""The whole page: well-formed, nothing to load, hostile names are text, a bounded size."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
from tests.unit.report.html.kit import AT, checks, contents, element, rendered, verdict, words

from safeguards.checks import Action, Check, Drift, Item
from safeguards.diagram import Box, Diagram, Row
from safeguards.findings import Finding, Place
from safeguards.pushed import PushedRef
from safeguards.report.html.contents import Contents, Line, Migrations, Models, Past, Revision
from safeguards.report.html.page import render
from safeguards.runs import History, Push, Run

EVIL = "</title></style></svg><script>alert(1)</script><img src=x onerror=y>\"'&]]>-->\x1b[m\u202e"
TAGS = {
    *("html", "head", "meta", "title", "link", "style", "body", "header", "nav", "main", "footer"),
    *("section", "h1", "h2", "h3", "p", "a", "span", "strong", "div", "ul", "ol", "li", "code"),
    *("dl", "dt", "dd", "details", "summary", "figure", "table", "thead", "tbody", "tr", "th"),
    *("td", "svg", "defs", "g", "use", "path", "rect", "circle", "text", "marker"),
}


def everything(name: str, many: int) -> Contents:
    """Contents that have `name` wherever a text may be, `many` times wherever there may be more."""
    action = Action(name, name, safe=False)
    items = tuple(
        Item(f"{number}{name}", "fail", name, name, name, name, 1, action) for number in range(many)
    )
    made = tuple(msgspec.structs.replace(check, status="fail", items=items) for check in checks())
    drift = Drift("drift", name, name, "remote", name, changed=(name,) * 20, changed_count=many)
    few = tuple(msgspec.structs.replace(check, items=check.items[:3]) for check in made)
    run = Run(name, "sync", "push", name, AT, name, name, AT, 3, (), few, name)
    ref = PushedRef(name, name, name, name)
    push = Push(name, AT, name, (ref,), "fail", "rejected", None, name, (name,), name)
    lines = tuple(
        Line(name, tuple(_revision(number, name, many) for number in range(many)), name, (name,))
        for _ in range(min(many, 20))
    )
    rows = tuple(Row(f"{number}{name}", str(number), "error", name) for number in range(many))
    boxes = tuple(Box(str(n), name, name, rows, (), "warning", name) for n in range(many))
    found = tuple(
        Finding(Place(name), name, name, "error", f"{number}{name}", name, name, name)
        for number in range(many)
    )
    return Contents(
        target=name,
        made_at=name,
        made_by=name,
        verdict=msgspec.structs.replace(
            verdict(*made), target=name, started_at=name, commit=name, drift=drift
        ),
        asked=False,
        past=Past(History(1, (run,) * many, (push,) * many)),
        migrations=Migrations(lines, found),
        models=Models(Diagram(boxes), many, many, many, found),
    )


def _revision(number: int, name: str, many: int) -> Revision:
    parents = (f"{name}{number + 1}",) if number + 1 < many else ()
    return Revision(f"{name}{number}", name, "pending", parents, (name,), is_here=True)


def assert_safe(markup: str) -> None:
    root = element(markup)
    assert {each.tag for each in root.iter()} <= TAGS
    names = {name for each in root.iter() for name in each.attrib}
    assert not [name for name in names if name.startswith("on") or name in {"src", "style"}]
    links = {each.get("href", "#") for each in root.iter()}
    assert all(link.startswith(("#", "data:image/svg+xml,<svg ")) for link in links)


@pytest.mark.parametrize("name", [EVIL, "javascript:alert(1)", "{}%s{0}", "\udcff\x00", ""])
def test_no_name_becomes_anything_but_text(name: str) -> None:
    assert_safe(render(everything(name, 2)))


def test_a_browser_is_told_to_load_and_run_nothing() -> None:
    page = rendered()
    assert_safe(page)
    policy = element(page).find("head/meta[@http-equiv]")
    assert policy is not None
    rules = str(policy.get("content")).split("; ")
    assert rules[:3] == ["default-src 'none'", "style-src 'unsafe-inline'", "img-src data:"]
    assert re.findall(r"https?://(?!www\.w3\.org/)", page) == []


@pytest.mark.parametrize("name", ["\"'<&" * 500, "\U0001f600\x1b" * 2000])
def test_the_size_is_bounded(name: str) -> None:
    page = render(everything(name, 121))
    element(page)
    assert len(page.encode()) < 2_000_000


def test_the_same_contents_give_the_same_page() -> None:
    assert rendered() == rendered()


def test_the_title_tells_the_verdict() -> None:
    assert element(rendered()).findtext("head/title") == "production: PASSED"
    assert element(rendered(verdict=None)).findtext("head/title") == "production: never checked"


def test_every_link_leads_to_a_section() -> None:
    for made in (contents(), contents(verdict=None)):
        root = element(render(made))
        ids = {each.get("id") for each in root.iter()} - {None}
        targets = {each.get("href", "#")[1:] for each in root.iter("a")}
        assert targets <= ids
        assert {each.get("aria-labelledby") for each in root.iter()} - {None} <= ids
        every = [each.get("id") for each in root.iter() if each.get("id")]
        assert len(every) == len(set(every))


def test_what_is_not_there_is_said() -> None:
    nothing: dict[str, Any] = {
        "verdict": None,
        "past": Past(History(1, (), ())),
        "migrations": Migrations(),
        "models": Models(),
    }
    told = words(rendered(**nothing))
    assert "Never checked" in told
    assert "There is no run and no push yet." in told
    assert "No Alembic migrations were found in this checkout." in told
    assert "No SQLAlchemy model was found in this checkout." in told


def test_what_could_not_be_read_is_said() -> None:
    told = words(
        rendered(
            past=Past(History(1, (), ()), "it is damaged"),
            migrations=Migrations(problem="it is no ini"),
            models=Models(problem="no file there"),
        )
    )
    assert "The journal could not be read: it is damaged" in told
    assert "The migrations could not be read: it is no ini" in told
    assert "The models could not be read: no file there" in told


def test_a_check_of_each_status_is_in_words() -> None:
    made = (
        Check(1, "containers", "fail", 1, "", (Item("web", "fail", "exited"),)),
        Check(2, "migrations", "unknown", 1, "", (Item("database", "unknown", message="silent"),)),
        Check(3, "api", "ok", 1, "", (Item("/old", "warn", "404"),)),
        Check(4, "records", "skipped", 0, "not configured"),
    )
    told = words(rendered(verdict=verdict(*made)))
    for part in ("✕ FAIL", "? UNKNOWN", "✓ OK", "– skipped not configured", "warning: 404"):
        assert part in told
    assert "✕ FAILED Containers, Migrations: exit code 99" in told
