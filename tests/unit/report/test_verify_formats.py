"""What other programs read of a verdict: JUnit, TAP, GitHub's commands, Markdown."""

from __future__ import annotations

import re
import subprocess
from xml.etree import ElementTree

import pytest
import yaml
from tests.unit.report.verdicts import EVIL, ILL, NASTY, WELL

from safeguards.checks import Verdict
from safeguards.report import verify_github, verify_junit, verify_markdown, verify_tap

ALL = (WELL, ILL, EVIL)
POINT = re.compile(r"(not )?ok (\d+) - ((?:[^#\\]|\\.)*?)(?: # SKIP (.+))?")
UNSEEN = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]")


def unescaped(text: str) -> str:
    """As GitHub's runner reads a value."""
    for written, meant in (("%2C", ","), ("%3A", ":"), ("%0A", "\n"), ("%0D", "\r")):
        text = text.replace(written, meant)
    return text.replace("%25", "%")


@pytest.mark.parametrize("module", [verify_junit, verify_tap, verify_github, verify_markdown])
def test_nothing_that_is_not_seen_gets_into_a_report(module: object) -> None:
    text = module.render((EVIL,))  # type: ignore[attr-defined]
    assert UNSEEN.search(text) is None
    assert "\\x1b[31m" in text.replace("\\\\", "\\")


def test_junit_has_a_suite_for_each_check_and_counts_that_are_right() -> None:
    root = ElementTree.fromstring(verify_junit.render((WELL, ILL)))
    assert root.tag == "testsuites"
    assert [suite.get("name") for suite in root][3:6] == [
        "production: Record counts",
        "staging: Containers",
        "staging: Migrations",
    ]
    for suite in [root, *root]:
        cases = list(suite.iter("testcase"))
        for name, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(suite.get(name, "")) == sum(
                1 for case in cases if case.find(tag) is not None
            )
        assert int(suite.get("tests", "")) == len(cases) > 0
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("message") == "exited, it stopped"
    assert (failure.text or "").splitlines() == [
        "observed: exited",
        "expected: running",
        "message: it stopped",
        "hint: see its log",
        "next: docker logs 'npd-backend'",
    ]
    error = root.find("testsuite/testcase/error")
    assert error is not None
    assert error.get("message") == "no answer within 5 s"
    reasons = [each.get("message") for each in root.iter("skipped")]
    assert reasons == ["quick", "not asked for"]


def test_junit_holds_whatever_was_said() -> None:
    root = ElementTree.fromstring(verify_junit.render((EVIL,)))
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert "a`|<b>@all\\x1b[31m\\r\\n]]>::error::# SKIP" in (failure.text or "")


def points(text: str) -> list[tuple[bool, str, str | None, dict[str, str]]]:
    """A strict reader of TAP 13: each point with its name, reason to skip, and diagnostics."""
    version, plan, *lines = text.splitlines()
    assert version == "TAP version 13"
    found: list[tuple[bool, str, str | None, dict[str, str]]] = []
    while lines:
        line = lines.pop(0)
        point = POINT.fullmatch(line)
        assert point is not None, line
        assert int(point[2]) == len(found) + 1
        written: list[str] = []
        if lines and lines[0] == "  ---":
            end = lines.index("  ...")
            written, lines = lines[1:end], lines[end + 1 :]
        found.append((not point[1], point[3], point[4], yaml.safe_load("\n".join(written)) or {}))
    assert plan == f"1..{len(found)}"
    return found


def test_tap_has_a_point_for_each_item_and_why_below() -> None:
    found = points(verify_tap.render((WELL, ILL)))
    assert [(ok, name, skip) for ok, name, skip, _ in found] == [
        (True, "production: containers: npd-db", None),
        (True, "production: migrations: database", None),
        (True, "production: api: API endpoints", "quick"),
        (True, "production: records: Projects", None),
        (True, "staging: containers: npd-db", None),
        (False, "staging: containers: npd-backend", None),
        (False, "staging: migrations: database", None),
        (True, "staging: api: /x", None),
        (True, "staging: records: Record counts", "not asked for"),
    ]
    assert found[5][3] == {
        "status": "fail",
        "observed": "exited",
        "expected": "running",
        "message": "it stopped",
        "hint": "see its log",
        "next": "docker logs 'npd-backend'",
    }
    assert found[6][3]["status"] == "unknown"


def test_tap_holds_whatever_was_said() -> None:
    found = points(verify_tap.render((EVIL,)))
    assert [ok for ok, _, _, _ in found] == [False, True, False, True]
    assert [skip is not None for _, _, skip, _ in found] == [False, False, False, True]
    assert found[0][3]["observed"].startswith("a`|<b>@all\\x1b[31m\\r\\n]]>::error::# SKIP")


@pytest.mark.parametrize("verdicts", [(WELL,), (WELL, ILL), (EVIL,)])
def test_perl_reads_the_tap_too(verdicts: tuple[Verdict, ...]) -> None:
    text = verify_tap.render(verdicts)
    script = (
        "use TAP::Parser; local $/; my $p = TAP::Parser->new({tap => <STDIN>}); $p->run;"
        "print join(' ', scalar $p->passed, scalar $p->failed, scalar $p->skipped,"
        " $p->good_plan ? 1 : 0, scalar $p->parse_errors);"
    )
    done = subprocess.run(
        ["perl", "-e", script],
        input=text.encode(),
        capture_output=True,
        timeout=60,
        check=True,
    )
    found = points(text)
    failed = sum(1 for ok, _, _, _ in found if not ok)
    skipped = sum(1 for _, _, skip, _ in found if skip)
    assert done.stdout.decode() == f"{len(found) - failed} {failed} {skipped} 1 0"


def test_github_gets_a_command_for_each_thing_that_is_not_well() -> None:
    assert verify_github.render((WELL,)) == ""
    error, unknown, warning, notice = verify_github.render((WELL, ILL)).splitlines()
    assert error == (
        "::error title=staging%3A Containers FAIL npd-backend::npd-backend: exited, it stopped"
        "%0Aobserved: exited%0Aexpected: running%0Ahint: see its log"
        "%0Anext: docker logs 'npd-backend'"
    )
    assert unknown.startswith("::error title=staging%3A Migrations UNKNOWN database::")
    assert warning.startswith("::warning title=staging%3A API endpoints /x::/x: 404, not found")
    assert notice == "::notice title=staging%3A drift::main is 2 commits ahead"


def test_github_is_told_nothing_by_what_was_said() -> None:
    lines = verify_github.render((EVIL,)).splitlines()
    assert len(lines) == 4
    for line in lines:
        properties, _, message = line.removeprefix("::").partition("::")
        level, _, title = properties.partition(" title=")
        assert level in {"error", "warning", "notice"}
        assert not set(title) & set(":,\r\n")
        assert all(each.startswith(("25", "0A", "0D")) for each in message.split("%")[1:])
        assert "a`|<b>@all" in unescaped(message)


def test_markdown_has_a_table_and_what_is_not_well() -> None:
    text = verify_markdown.render((WELL, ILL))
    assert text.startswith("### safeguards verify: production ✅ passed\n")
    assert "| ✅ ok | 2. Migrations | `018 matches head` |\n" in text
    assert "| ➖ skipped | 3. API endpoints | `quick` |\n" in text
    assert "### safeguards verify: staging ❌ FAILED (exit code 99)\n" in text
    assert "| ❌ FAIL | 1. Containers | 1 of 2 not well |\n" in text
    assert (
        "**❌ FAIL** Containers: `npd-backend` `exited, it stopped`\n\n"
        "- observed: `exited`\n- expected: `running`\n- hint: `see its log`\n\n"
        "Next, `it is exited`:\n\n```text\ndocker logs 'npd-backend'\n```\n" in text
    )
    assert "Drift: `main is 2 commits ahead`" in text


def test_markdown_means_nothing_but_what_it_says() -> None:
    from markdown_it import MarkdownIt

    tokens = (
        MarkdownIt("commonmark", {"html": True})
        .enable("table")
        .parse(verify_markdown.render((EVIL,)))
    )
    inner = [child for token in tokens for child in token.children or ()]
    kinds = {token.type for token in tokens} | {child.type for child in inner}
    assert not {kind for kind in kinds if "html" in kind or "link" in kind or "image" in kind}
    assert sum(1 for token in tokens if token.type == "heading_open") == 1
    rows = [token for token in tokens if token.type == "tr_open"]
    cells = [token for token in tokens if token.type == "td_open"]
    assert (len(rows), len(cells)) == (5, 12)
    # GitHub looks for names behind an @ in whatever is no code.
    plain = "".join(child.content for child in inner if child.type == "text")
    spans = [child.content for child in inner if child.type == "code_inline"]
    fences = [token.content for token in tokens if token.type == "fence"]
    assert "@" not in plain
    assert sum("a`|<b>@all" in each for each in spans) > 8
    assert len(fences) == 1
    assert fences[0].count("\n") == 1
    assert NASTY[:10] in fences[0]
