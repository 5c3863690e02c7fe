from __future__ import annotations

import pytest
from tests.unit.scan.kit import HEAD, keys, model

from safeguards.scan.engine import scan
from safeguards.scan.registry import all_rules
from safeguards.scan.settings import ScanSettings
from safeguards.scan.sources import Sources

NODE = model("Node", *keys(p_id="node.id"), "parent: Mapped['Node'] = relationship()")
TWO_KEYS = keys(a_id="user.id", b_id="user.id")


def found(
    comment: str = "", settings: ScanSettings | None = None, *, call: str = "relationship('User')"
) -> list[tuple[str, str]]:
    """Rule and severity of what is found in a file whose one fault has this comment."""
    source = HEAD + model("User") + model("Post", *TWO_KEYS, f"u = {call}  {comment}")
    result = scan(Sources({"app/models.py": source.encode()}), settings)
    return [(f.rule, f.severity) for f in result.findings]


FAULT = [("SG101", "error")]
UNUSED = ("SG190", "warning")

COMMENTS = {
    "": FAULT,
    "# safeguards: ignore[SG101]": [],
    "# safeguards: ignore[SG101] both are needed": [],
    "# safeguards: ignore": [],
    "# noqa  # safeguards: ignore[SG101]": [],
    "# safeguards: ignore[SG103, SG101]": [UNUSED],
    "# safeguards: ignore[SG103]": [*FAULT, UNUSED],
    "# safeguards: ignore[SG103, SG102]": [*FAULT, UNUSED, UNUSED],
    "# safeguards: ignore[SG999]": [*FAULT, UNUSED],
    "# safeguards: ignore[sg101]": [*FAULT, UNUSED],
    "# safeguards: ignore[SG101, SG103, SG190]": [],
    "# safeguards: ignore[SG103, SG190]": FAULT,
    "# safeguards: ignore[SG190]": [*FAULT, UNUSED],
}


@pytest.mark.parametrize(("comment", "expected"), COMMENTS.items(), ids=COMMENTS.keys())
def test_a_comment_on_the_line(comment: str, expected: list[tuple[str, str]]) -> None:
    assert sorted(found(comment)) == sorted(expected)


LONG = "relationship(  {}\n        'User',  {}\n    )"


@pytest.mark.parametrize("line", [0, 1, 2])
def test_a_comment_anywhere_in_the_statement(line: int) -> None:
    marks = ["", "", ""]
    marks[line] = "# safeguards: ignore[SG101]"
    assert found(marks[2], call=LONG.format(*marks[:2])) == []


def test_a_comment_on_another_line_is_unused() -> None:
    source = HEAD + model("User") + model("Post", *TWO_KEYS, "u = relationship('User')")
    for text in (
        f"# safeguards: ignore[SG101]\n{source}",
        f"{source}# safeguards: ignore[SG101]\n",
    ):
        result = scan(Sources({"models.py": text.encode()}))
        assert sorted(f.rule for f in result.findings) == ["SG101", "SG190"]


def test_an_unused_comment_says_which_code_does_nothing_and_which_is_none() -> None:
    text = b"x = 1  # safeguards: ignore[SG101, SG999]\ny = 1  # safeguards: ignore\n"
    result = scan(Sources({"m.py": text}))
    assert [(f.place.line, f.place.column, f.message) for f in result.findings] == [
        (1, 8, "this comment ignores SG101, but nothing is found here"),
        (1, 8, "this comment ignores SG999, which is no rule"),
        (2, 8, "this comment ignores every rule, but nothing is found here"),
    ]


def test_a_comment_that_says_one_code_twice_is_one_finding() -> None:
    found = scan(Sources({"m.py": b"x = 1  # safeguards: ignore[SG101, SG101]\n"})).findings
    assert [f.message for f in found] == ["this comment ignores SG101, but nothing is found here"]


NOTHING = frozenset[str]()
SETTINGS = {
    "ignored everywhere": (ScanSettings(ignore=frozenset({"SG101"})), []),
    "another ignored": (ScanSettings(ignore=frozenset({"SG103"})), FAULT),
    "ignored in this file": (ScanSettings(
        per_file_ignores=(("app/**", frozenset({"SG101"})),)), []),
    "ignored in another file": (
        ScanSettings(per_file_ignores=(("tests/**", frozenset({"SG101"})),)), FAULT),
    "not judged": (ScanSettings(judged=NOTHING), []),
    "judged": (ScanSettings(judged=frozenset({"app/models.py"})), FAULT),
    "strict": (ScanSettings(strict=True), FAULT),
}  # fmt: skip


@pytest.mark.parametrize(("settings", "expected"), SETTINGS.values(), ids=SETTINGS.keys())
def test_settings(settings: ScanSettings, expected: list[tuple[str, str]]) -> None:
    assert found(settings=settings) == expected


def test_a_comment_that_the_settings_make_superfluous_is_still_used() -> None:
    assert found("# safeguards: ignore[SG101]", ScanSettings(ignore=frozenset({"SG101"}))) == []


@pytest.mark.parametrize("settings", [
    ScanSettings(ignore=frozenset({"SG190"})),
    ScanSettings(per_file_ignores=(("*", frozenset({"SG190"})),)),
    ScanSettings(judged=NOTHING),
])  # fmt: skip
def test_unused_comments_can_be_switched_off(settings: ScanSettings) -> None:
    text = b"x = 1  # safeguards: ignore[SG101]\n"
    assert scan(Sources({"m.py": text}), settings).findings == ()


@pytest.mark.parametrize(
    ("settings", "severity"),
    [
        (ScanSettings(), "warning"),
        (ScanSettings(strict=True), "error"),
        (ScanSettings(error=frozenset({"SG110"})), "error"),
        (ScanSettings(error=frozenset({"SG101"})), "warning"),
    ],
)
def test_warnings_become_errors_when_asked(settings: ScanSettings, severity: str) -> None:
    result = scan(Sources({"models.py": (HEAD + NODE).encode()}), settings)
    assert [(f.rule, f.severity) for f in result.findings] == [("SG110", severity)]


def test_what_is_undecided_never_becomes_an_error() -> None:
    everything = frozenset(rule.code for rule in all_rules() if not rule.opt_in)
    source = HEAD + model("Post", "u = relationship(eval())")
    settings = ScanSettings(strict=True, error=everything)
    result = scan(Sources({"models.py": source.encode()}), settings)
    assert [(f.rule, f.severity) for f in result.findings] == [("SG199", "info")]
    assert result.undecided == 1


def test_comments_for_the_rules_of_histories_are_not_the_business_of_a_scan() -> None:
    text = b"x = 1  # safeguards: ignore[SG207] on purpose\n"
    assert scan(Sources({"m.py": text})).findings == ()
