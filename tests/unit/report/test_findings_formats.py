"""The formats of continuous integration, field by field."""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

import pytest
from tests.unit.report.test_findings import NASTY, finding

from safeguards.findings import Edit, Finding, Fix, Place, Related
from safeguards.report import (
    findings_gitlab,
    findings_junit,
    findings_markdown,
    findings_sarif,
    findings_text,
)
from safeguards.report.findings_sarif import RulePage
from safeguards.report.fingerprint import fingerprints

SOURCE = {"app/models.py": [*[""] * 11, "    u = relationship(User)"]}


def test_text_shows_the_source_the_keys_and_the_fix() -> None:
    sources = {**SOURCE, "app/keys.py": [*[""] * 6, "a_id = Column(ForeignKey(User))"]}
    text = findings_text.render((finding(),), sources, lambda _: "--- a\n+++ a\n-\tu\n+\tv\n \n")
    assert text == (
        "app/models.py:12:5: SG101 error: Post.u is ambiguous\n"
        "    12 |     u = relationship(User)\n"
        "       |     ^\n"
        "    app/keys.py:7:9: foreign key a_id → user.id\n"
        "    7 | a_id = Column(ForeignKey(User))\n"
        "      |         ^\n"
        "    help: Say which one.\n"
        "    --- a\n    +++ a\n    -    u\n    +    v\n\n"
        "1 error\n"
    )


def test_fingerprints_know_a_finding_again_and_tell_two_apart() -> None:
    first = finding()
    moved = finding(place=Place("app/models.py", 99, 1, 99), message="said otherwise")
    others = (
        finding(rule="SG103"),
        finding(path="app/other.py"),
        finding(model="Draft"),
        finding(relationship="v"),
        finding(model=None, relationship=None),
        finding(model=None, relationship=None, message="another"),
        finding(path="a\udce9.py"),
    )
    assert fingerprints((first,)) == fingerprints((moved,))
    every = fingerprints((first, first, moved, *others))
    assert len(set(every)) == len(every)
    assert all(re.fullmatch("[0-9a-f]{32}", each) for each in every)
    assert every[0] == fingerprints((first,))[0]


@pytest.mark.parametrize(
    ("severity", "told"), [("error", "blocker"), ("warning", "minor"), ("info", "info")]
)
def test_gitlab_has_what_code_quality_asks_for(severity: Any, told: str) -> None:
    (issue,) = json.loads(findings_gitlab.render((finding(severity),)))
    assert issue == {
        "description": "SG101 Post.u is ambiguous. Say which one.",
        "check_name": "ambiguous-foreign-keys",
        "fingerprint": fingerprints((finding(),))[0],
        "severity": told,
        "location": {"path": "app/models.py", "lines": {"begin": 12, "end": 13}},
    }


def test_gitlab_without_findings_is_an_empty_list() -> None:
    assert json.loads(findings_gitlab.render(())) == []


def suite(findings: tuple[Finding, ...]) -> ElementTree.Element:
    root = ElementTree.fromstring(findings_junit.render(findings, 1.5))
    (inner,) = root
    assert (root.tag, inner.tag) == ("testsuites", "testsuite")
    counts = {name: inner.get(name) for name in ("tests", "failures", "errors", "skipped", "time")}
    assert counts == {name: root.get(name) for name in counts}
    assert counts == {
        "tests": str(len(inner)),
        "failures": str(len(inner.findall("testcase/failure"))),
        "errors": "0",
        "skipped": str(len(inner.findall("testcase/skipped"))),
        "time": "1.500",
    }
    return inner


def test_junit_fails_for_errors_and_skips_for_warnings() -> None:
    failed, warned, undecided = suite((finding(), finding("warning"), finding("info")))
    assert failed.attrib == {
        "name": "SG101 Post.u",
        "classname": "app/models.py",
        "file": "app/models.py",
        "line": "12",
    }
    (failure,) = failed
    assert failure.attrib == {"type": "SG101", "message": "Post.u is ambiguous"}
    assert failure.text == (
        "app/models.py:12:5\nPost.u is ambiguous\n"
        "app/keys.py:7:9: foreign key a_id → user.id\nhelp: Say which one."
    )
    assert warned[0].attrib == {"message": "warning: Post.u is ambiguous"}
    assert undecided[0].attrib == {"message": "info: Post.u is ambiguous"}


def test_junit_without_findings_has_one_test_that_passed() -> None:
    (passed,) = suite(())
    assert list(passed) == []


def test_markdown_is_a_heading_a_table_and_the_source() -> None:
    assert findings_markdown.render((finding(related=()),), SOURCE) == (
        "### safeguards scan: 1 error\n\n"
        "| | where | rule | what |\n|---|---|---|---|\n"
        "| ❌ error | `app/models.py:12` | SG101 ambiguous-foreign-keys | "
        "Post.u is ambiguous<br>Say which one. |\n\n"
        "<details><summary>Source</summary>\n\n"
        "`app/models.py:12` Post.u is ambiguous\n\n"
        "    12 |     u = relationship(User)\n       |     ^\n\n"
        "</details>\n"
    )


def test_markdown_without_findings_says_so() -> None:
    assert findings_markdown.render(()) == "### safeguards scan: no findings\n"


def test_markdown_takes_no_mark_up_from_a_finding() -> None:
    text = findings_markdown.render(
        (finding(path="a`|b.py", message="<b>x</b> [y](z) | ![i](j)\n# h", related=()),)
    )
    row = next(line for line in text.splitlines() if line.startswith("| ❌"))
    assert "``a`\\|b.py:12``" in row
    assert "\\<b\\>x\\</b\\> \\[y\\]\\(z\\) \\| \\!\\[i\\]\\(j\\)\\n\\# h" in row.replace(
        "\\\\n", "\\n"
    )
    assert len(re.findall(r"(?<!\\)\|", row)) == 5


RULES = (
    RulePage(
        "SG100", "unreadable-file", "A file", "A file.\n\n## What it does\nReads\nit.\n\n## X\n"
    ),
    RulePage("SG101", "ambiguous-foreign-keys", "Several", "Several.\n"),
)


def results(*findings: Finding, sources: Any = None) -> list[dict[str, Any]]:
    (run,) = json.loads(findings_sarif.render(findings, RULES, "1.2.3", sources))["runs"]
    return list(run["results"])


def test_sarif_describes_the_rules() -> None:
    (run,) = json.loads(findings_sarif.render((), RULES, "1.2.3"))["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["semanticVersion"]) == ("safeguards", "1.2.3")
    assert [rule["name"] for rule in driver["rules"]] == ["UnreadableFile", "AmbiguousForeignKeys"]
    assert [rule["fullDescription"]["text"] for rule in driver["rules"]] == [
        "Reads it.",
        "Several.",
    ]
    assert run["results"] == []


def test_sarif_gives_the_fix_in_characters() -> None:
    source = {"app/models.py": ["", "", '    ü = relationship("Üser")  # ö']}
    edit = Edit("app/models.py", (3, 23), (3, 28), "User")
    (result,) = results(finding(fix=Fix(True, (edit,))), sources=source)
    ((change,),) = [fix["artifactChanges"] for fix in result["fixes"]]
    (replacement,) = change["replacements"]
    region = replacement["deletedRegion"]
    assert replacement["insertedContent"] == {"text": "User"}
    line = source["app/models.py"][region["startLine"] - 1]
    assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "Üser"
    assert "fixes" not in results(finding(fix=Fix(True, (edit,))))[0]


def test_sarif_of_a_rule_that_is_not_listed_has_no_index() -> None:
    known, unknown = results(finding(), finding(rule="SG999"))
    assert known["ruleIndex"] == 1
    assert "ruleIndex" not in unknown


def test_no_format_lets_a_finding_break_out() -> None:
    nasty = finding(
        path=NASTY, message=NASTY, help=NASTY, related=(Related(Place(NASTY), NASTY),), model=NASTY
    )
    for text in (
        findings_gitlab.render((nasty,)),
        findings_junit.render((nasty,)),
        findings_markdown.render((nasty,)),
        findings_sarif.render((nasty,), RULES, "1"),
    ):
        assert not set("\x1b\r\x07\x00\udce9") & set(text)
        text.encode("utf-8")
    (case,) = suite((nasty,))
    assert case.get("classname") is not None
