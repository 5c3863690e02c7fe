from __future__ import annotations

import json

import pytest

from safeguards.findings import Edit, Finding, Fix, Place, Related, Severity
from safeguards.report import findings_github, findings_json, findings_text
from safeguards.report.findings_json import Counts


def finding(severity: Severity = "error", path: str = "app/models.py", **more: object) -> Finding:
    base = Finding(
        Place(path, 12, 5, 13),
        "SG101",
        "ambiguous-foreign-keys",
        severity,
        "Post.u is ambiguous",
        "Post",
        "u",
        "Say which one.",
        (Related(Place("app/keys.py", 7, 9, 7), "foreign key a_id → user.id"),),
    )
    return Finding(**{name: getattr(base, name) for name in base.__struct_fields__} | more)  # type: ignore[arg-type]


def test_text_is_one_line_with_its_keys_and_its_way_out_below() -> None:
    assert findings_text.render((finding(), finding("warning", related=(), help=""))) == (
        "app/models.py:12:5: SG101 error: Post.u is ambiguous\n"
        "    app/keys.py:7:9: foreign key a_id → user.id\n"
        "    help: Say which one.\n"
        "app/models.py:12:5: SG101 warning: Post.u is ambiguous\n"
        "1 error, 1 warning\n"
    )


@pytest.mark.parametrize(
    ("severities", "line"),
    [
        ("e", "1 error"),
        ("ee", "2 errors"),
        ("ww", "2 warnings"),
        ("ewi", "1 error, 1 warning, 1 undecided"),
        ("ii", "2 undecided"),
        ("", "no findings"),
    ],
)
def test_the_last_line_counts(severities: str, line: str) -> None:
    names: dict[str, Severity] = {"e": "error", "w": "warning", "i": "info"}
    assert findings_text.summary(tuple(finding(names[each]) for each in severities)) == line


def test_no_findings_are_no_text_at_all() -> None:
    assert findings_text.render(()) == findings_github.render(()) == ""


@pytest.mark.parametrize("severity", ["error", "warning", "info"])
def test_colour_adds_nothing_but_colour(severity: Severity) -> None:
    colored = findings_text.render((finding(severity),), color=True)
    plain = findings_text.render((finding(severity),))
    assert colored != plain
    for code in ("31;1", "33;1", "36", "1", "0"):
        colored = colored.replace(f"\x1b[{code}m", "")
    assert colored == plain


NASTY = "a\x1b[31m\r\n::error::b\x9b\x07\u202e\u2028\x00%0A\udce9"


def test_nothing_in_a_finding_steers_the_terminal_or_starts_a_line() -> None:
    nasty = finding(
        path=NASTY, message=NASTY, help=NASTY, related=(Related(Place(NASTY), NASTY),), model=NASTY
    )
    for text in (findings_text.render((nasty,)), findings_github.render((nasty,))):
        assert not set(NASTY) & set("\x1b\r\x9b\x07\u202e\u2028\x00\udce9") & set(text)
        text.encode("utf-8")
    assert findings_text.render((nasty,)).count("\n") == 4
    assert findings_github.render((nasty,)).count("\n") == 1
    assert not findings_github.render((nasty,)).startswith("::error::")


def test_github_commands_escape_what_github_reads() -> None:
    text = findings_github.render(
        (finding("warning", "a b,c:d%.py", message="100% of a::b, c", related=()),)
    )
    assert text == (
        "::warning file=a b%2Cc%3Ad%25.py,line=12,col=5,endLine=13,"
        "title=SG101 ambiguous-foreign-keys::100%25 of a::b, c%0ASay which one.\n"
    )


@pytest.mark.parametrize(
    ("severity", "command"), [("error", "error"), ("warning", "warning"), ("info", "notice")]
)
def test_github_levels(severity: Severity, command: str) -> None:
    assert findings_github.render((finding(severity),)).startswith(f"::{command} file=")


COUNTS = Counts(3, 2, 1, 0, 17)


def test_json_is_one_line_with_the_promised_fields_in_order() -> None:
    text = findings_json.render(COUNTS, (finding(), finding("info", model=None, relationship=None)))
    assert text.endswith("}\n")
    assert text.count("\n") == 1
    document = json.loads(text)
    assert list(document) == [
        *("version", "files", "models", "relationships", "undecided", "duration_ms", "known"),
        "findings",
    ]
    assert list(document["findings"][0]) == [
        *("rule", "name", "severity", "path", "line", "column", "end_line", "model"),
        *("relationship", "message", "help", "url", "related", "fix"),
    ]
    assert document["findings"][1]["model"] is None
    assert document["findings"][0]["related"] == [
        {"path": "app/keys.py", "line": 7, "column": 9, "label": "foreign key a_id → user.id"}
    ]


def test_json_shows_a_fix() -> None:
    edit = Edit("app/models.py", (3, 0), (3, 4), "text")
    document = json.loads(findings_json.render(COUNTS, (finding(fix=Fix(True, (edit,))),)))
    assert document["findings"][0]["fix"] == {
        "safe": True,
        "edits": [{"path": "app/models.py", "start": [3, 0], "end": [3, 4], "text": "text"}],
    }


def test_json_takes_any_name() -> None:
    document = json.loads(findings_json.render(COUNTS, (finding(path=NASTY),)).encode())
    assert document["findings"][0]["path"] == NASTY.replace("\udce9", "?")
