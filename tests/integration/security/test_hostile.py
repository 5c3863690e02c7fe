"""Nothing of others is interpreted: by terminal, shell, Markdown, HTML or what reads a format."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree

import click
import pytest
from markdown_it import MarkdownIt
from tests.integration.security.hostile import DATABASE, Ground, ground

from safeguards.cli.main import VERBS, cli

STEERING = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2028\u2029\u2066-\u2069]"
)
"""Characters that move the cursor, ring, colour, or turn text around; no new line, no tab."""


def formats() -> list[str]:
    """Every format of verify."""
    command = cli.get_command(click.Context(cli), "verify")
    assert command is not None
    kind = next(option.type for option in command.params if option.name == "output_format")
    assert isinstance(kind, click.Choice)
    return [str(choice) for choice in kind.choices]


@pytest.fixture(scope="module")
def place() -> Iterator[Ground]:
    # The path of a socket may not be long.
    folder = Path(tempfile.mkdtemp(prefix="hostile-"))
    try:
        with ground(folder) as made:
            yield made
    finally:
        shutil.rmtree(folder)


@pytest.fixture(scope="module")
def said(place: Ground) -> dict[str, str]:
    """What verify says in each format, and verbosely."""
    found = {name: place.run("verify", "--format", name).decode() for name in formats()}
    found["html"] = place.run("report", "--html", "-").decode()
    return found | {"verbose": place.run("verify", "-v").decode()}


def test_no_format_steers_a_terminal(said: dict[str, str]) -> None:
    assert {"text", "json", "verbose"} <= set(said)
    for name, text in said.items():
        assert "evil" in text, name
        assert STEERING.findall(text) == [], name


def test_what_others_wrote_is_there_to_be_read(said: dict[str, str]) -> None:
    """Nothing is hidden: what steers is shown as an escape."""
    assert "\\x1b]52;c;" in said["text"]
    assert "\\u202e" in said["text"]
    document = json.loads(said["json"])
    assert document["exit_code"] == 99
    assert {check["status"] for check in document["checks"]} <= {"fail", "unknown"}


def test_no_line_of_the_text_is_another_ones(said: dict[str, str]) -> None:
    """A name with a new line in it cannot write the verdict."""
    begins = r"Check \d: | {2}- | {4,}|PRODUCTION HEALTH CHECK FAILED$|Drift: |$"
    for name in ("text", "verbose"):
        odd = [line for line in said[name].splitlines() if not re.match(begins, line)]
        assert odd == [], name


def test_every_advised_command_is_one_command(place: Ground, said: dict[str, str]) -> None:
    actions = json.loads(said["json"])["next_actions"]
    assert len(actions) >= 5
    for action in actions:
        command = action["command"]
        assert "\n" not in command
        called = place.type_in(command)
        assert len(called) == 1, command
        assert not list(place.folder.rglob("pwned")), command


def test_the_settings_that_are_odd_arrive_whole(place: Ground, said: dict[str, str]) -> None:
    actions = json.loads(said["json"])["next_actions"]
    calls = [place.type_in(action["command"])[0] for action in actions]
    words = {word for call in calls for word in call}
    assert any(word.endswith(DATABASE) for word in words)


def test_status_and_history_steer_nothing_either(place: Ground) -> None:
    """What the journal kept of it."""
    place.run("verify")
    for verb in ("status", "history"):
        for form in ("text", "json", "markdown"):
            text = place.run(verb, "-v", "--format", form).decode()
            assert STEERING.findall(text) == [], (verb, form)
    assert "gate" in VERBS
    assert STEERING.findall(place.run("gate").decode()) == []


def test_junit_is_a_document_with_one_case_for_each_item(said: dict[str, str]) -> None:
    root = ElementTree.fromstring(said["junit"])
    items = sum(len(check["items"]) for check in json.loads(said["json"])["checks"])
    assert len(list(root.iter("testcase"))) == items
    assert {each.tag for each in root.iter()} <= {
        *("testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"),
        *("properties", "property"),
    }


def test_github_reads_no_command_of_others(said: dict[str, str]) -> None:
    lines = said["github"].splitlines()
    assert lines
    assert all(re.match(r"::(error|warning|notice) ", line) for line in lines)


def test_tap_has_the_points_that_it_plans(said: dict[str, str]) -> None:
    lines = said["tap"].splitlines()
    plan = [line for line in lines if re.match(r"1\.\.\d+", line)]
    points = [line for line in lines if re.match(r"(not )?ok\b", line)]
    assert plan == [f"1..{len(points)}"]
    assert not any(line.startswith("Bail out!") for line in lines)


def test_markdown_has_no_markup_of_others(said: dict[str, str]) -> None:
    _is_tame(said["markdown"])


def test_a_comment_on_github_has_no_markup_of_others(place: Ground) -> None:
    """What an issue would get, as a dry run shows it, without the lines that are no part of it."""
    shown = place.tells("verify", "--issue", "1", "--issue-dry-run").decode()
    assert STEERING.findall(shown) == []
    assert "evil" in shown
    comment = shown[shown.index("<!-- safeguards:") :]
    _is_tame(comment)


def _is_tame(text: str) -> None:
    html = MarkdownIt("commonmark", {"html": True}).enable("table").render(text)
    tags = _Tags()
    tags.feed(html)
    assert not tags.seen & {"script", "img", "a", "iframe"}
    # What is not code is looked at by GitHub for people to tell.
    bare = re.sub(r"<(code|pre)\b.*?</\1>", "", html, flags=re.DOTALL)
    assert "@everyone" not in bare


def test_a_page_has_no_markup_of_others(said: dict[str, str]) -> None:
    page = _Tags()
    page.feed(said["html"])
    assert "svg" in page.seen
    assert not page.seen & {"img", "iframe", "object", "embed"}
    assert not [name for name in page.attributes if name.startswith("on")]
    assert not [value for value in page.values if "evil" in value and value.startswith("http")]
    assert not [text for text in page.scripts if "alert" in text]


class _Tags(HTMLParser):
    """Which elements, attributes and scripts a page has."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.attributes: set[str] = set()
        self.values: set[str] = set()
        self.scripts: list[str] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        self._inside = tag
        self.attributes |= {name for name, _ in attrs}
        self.values |= {value for _, value in attrs if value}

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data)
