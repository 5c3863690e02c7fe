from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from tests.unit.notify.test_neutral import HOSTILE
from tests.unit.notify.verdicts import AT, LATER, at, item, verdict

from safeguards.checks import Action, Item, Verdict
from safeguards.notify.failing import failing_after
from safeguards.notify.marker import advanced
from safeguards.notify.text import (
    MAX_BYTES,
    MAX_DOCUMENT,
    duration,
    failing_body,
    message,
    payload,
    recovered_body,
)

CANARY = "zzcanaryzz"
"""Begins whatever others wrote, so that it can be told from our own words."""


def body_of(told: Verdict, report: str = "") -> str:
    failing = failing_after({}, told.checks)
    return failing_body(advanced(None, told.target, failing, AT), told, report)


def hostile(text: str) -> Item:
    text = f"{CANARY}{text}"
    return Item(
        text, "fail", text, text, text, text, next=Action(command=text, why=text, safe=True)
    )


def outside_code(text: str) -> str:
    """All that Markdown reads as something else than code."""
    found = []
    for token in MarkdownIt("commonmark", {"html": True}).parse(text):
        if token.type == "inline":
            found += [c.content for c in token.children or () if c.type != "code_inline"]
        elif token.type != "fence":
            found.append(token.content)
    return "\n".join(found)


def test_a_failure_for_people() -> None:
    why = Action("docker logs web", "see why", safe=True)
    failed = item("web", observed="exited (1)", expected="running", hint="look at its log")
    told = verdict({"containers": (failed, item("db", "ok"))})
    items = (Item(**{f: getattr(failed, f) for f in ("subject", "status")}, next=why),)
    told = verdict({"containers": (failed, *items)})
    body = body_of(told, "Check 1: Containers [FAIL]\n")
    assert body.split("\n", 1)[1] == (
        "### ❌ production is not healthy: Containers\n"
        "\n"
        "- Failing since 2026-11-29 12:00:00 UTC; seen like this once\n"
        "- Exit code 1, mode full\n"
        "- Checked out: `abc123`\n"
        "\n"
        "**1. Containers [FAIL]**\n"
        "\n"
        "- `web`: `exited (1)`\n"
        "  - expected: `running`\n"
        "  - hint: `look at its log`\n"
        "- `web`: `nothing`\n"
        "  - next: `docker logs web`\n"
        "\n"
        "<details><summary>The whole report</summary>\n"
        "\n"
        "```text\n"
        "Check 1: Containers [FAIL]\n"
        "```\n"
        "\n"
        "</details>\n"
        "\n"
        "Kept up to date by `safeguards verify --issue`.\n"
    )


def test_nothing_of_others_is_outside_of_code() -> None:
    for text in HOSTILE:
        told = verdict({"containers": (hostile(text),), "api": (hostile(text),)})
        assert CANARY in body_of(told)
        assert CANARY not in outside_code(body_of(told, f"{CANARY}\n{text}\n"))
        assert CANARY not in outside_code(message(advanced(None, "x", {"api": "0"}, AT), told))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=2000), min_size=1, max_size=60), st.text(max_size=3000))
def test_it_is_never_too_long(texts: list[str], report: str) -> None:
    items = tuple(hostile(text) for text in texts)
    told = verdict(dict.fromkeys(("containers", "migrations", "api", "records"), items))  # type: ignore[arg-type]
    assert len(body_of(told, report * 100).encode()) <= MAX_BYTES


def test_the_longest_there_can_be() -> None:
    items = tuple(hostile("`\U0001f600\u202e" * 1000) for _ in range(200))
    told = verdict(dict.fromkeys(("containers", "migrations", "api", "records"), items))  # type: ignore[arg-type]
    body = body_of(told, "`" * 100_000 + "\n" * 100_000)
    assert len(body.encode()) <= MAX_BYTES
    assert "- … and more" in body
    document = payload("failed", advanced(None, "x", {"api": "0"}, AT), told)
    assert len(document) <= MAX_DOCUMENT
    assert json.loads(document)["verdict"]["checks"][0]["items"] == []


def test_a_recovery_for_people() -> None:
    failing = advanced(None, "x", {"api": "00000000", "records": "00000000"}, AT)
    body = recovered_body(advanced(failing, "x", {}, LATER), "fine\n")
    assert "### ✅ x has recovered\n" in body
    assert "- Well again at 2026-11-29 13:05:00 UTC, after 1 h 5 min\n" in body
    assert "- Failed before: API endpoints, Record counts, seen once\n" in body


def test_a_recovery_after_more_changes_than_are_remembered() -> None:
    marker = advanced(None, "x", {"api": "00000000"}, AT)
    for number in range(1, 30):
        marker = advanced(marker, "x", {"api": f"{number:08}"}, at(number))
    assert "after 1 h 5 min" in recovered_body(advanced(marker, "x", {}, LATER), "")


def test_the_document_of_a_webhook() -> None:
    told = verdict({"api": (item("<!channel> <@U1>"),)})
    marker = advanced(None, "production", failing_after({}, told.checks), AT)
    document = json.loads(payload("failed", marker, told))
    assert list(document) == [
        *("version", "event", "target", "status", "exit_code", "text", "verdict"),
    ]
    assert (document["version"], document["event"]) == (1, "failed")
    assert document["verdict"]["checks"][2]["items"][0]["subject"] == "<!channel> <@U1>"
    assert "<!" not in document["text"]
    assert "<@" not in document["text"]
    assert "safeguards:verify" not in document["text"]


def test_names_that_are_no_text_can_be_told() -> None:
    told = verdict({"api": (item("\udcff"),)})
    assert json.loads(payload("failed", advanced(None, "x", {"api": "0"}, AT), told))


def test_how_long_it_took() -> None:
    assert duration(AT, AT) == "0 s"
    assert duration(AT, LATER) == "1 h 5 min"
    assert duration(LATER, AT) == "0 s"
    assert duration("2026-11-27T11:59:58.000Z", AT) == "2 d 2 s"
