"""A baseline as bytes and back, and what it makes of findings."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguards.errors import ConfigError
from safeguards.findings import Finding, Place, Severity
from safeguards.scan.baseline import Known, match, parse, write

PATH = "ci/known.json"


def finding(
    relationship: str | None = "posts",
    *,
    model: str | None = "User",
    path: str = "app/models.py",
    line: int = 1,
    rule: str = "SG101",
    severity: Severity = "error",
    message: str = "said",
) -> Finding:
    place = Place(path, line, 1, line)
    return Finding(place, rule, "slug", severity, message, model, relationship)


def judge_all(_path: str) -> bool:
    return True


def against(known: list[Finding], now: list[Finding]) -> tuple[list[Finding], int, list[str]]:
    read = parse(write(known, "ci"), PATH)
    matched = match(read, PATH, tuple(now), judge_all)
    return list(matched.new), matched.known, [f"{f.place.line}" for f in matched.stale]


def test_paths_are_relative_to_the_file() -> None:
    read = parse(write([finding(), finding(path="ci/x.py"), finding(path="top.py")], "ci"), PATH)
    assert [entry.path for entry in read.entries] == ["../app/models.py", "../top.py", "x.py"]
    read = parse(write([finding()], ""), "known.json")
    assert [entry.path for entry in read.entries] == ["app/models.py"]


def test_what_is_known_is_taken_out_wherever_it_stands_now() -> None:
    new = finding("tags")
    assert against([finding()], [finding(line=7, message="otherwise"), new]) == ([new], 1, [])


@pytest.mark.parametrize(
    "other",
    [
        finding("tags"),
        finding(None),
        finding(model="Post"),
        finding(path="app/other.py"),
        finding(rule="SG103"),
        finding(None, model=None),
    ],
)
def test_another_finding_is_new_and_the_known_one_stale(other: Finding) -> None:
    assert against([finding()], [other]) == ([other], 0, ["4"])


def test_each_entry_hides_one_finding() -> None:
    twice = [finding(line=1), finding(line=2)]
    assert against(twice, [*twice, finding(line=3)]) == ([finding(line=3)], 2, [])
    assert against(twice, twice[:1]) == ([], 1, ["4"])


def test_without_a_model_the_message_tells() -> None:
    known = finding(None, model=None, message="a")
    other = finding(None, model=None, message="b")
    assert against([known], [known, other]) == ([other], 1, [])


def test_the_undecided_are_neither_kept_nor_hidden() -> None:
    undecided = finding(severity="info")
    assert parse(write([undecided], ""), PATH).entries == ()
    assert against([finding()], [undecided]) == ([undecided], 0, ["4"])


def test_severity_is_no_part_of_it() -> None:
    assert against([finding(severity="warning")], [finding()]) == ([], 1, [])


def test_a_stale_entry_says_what_and_where() -> None:
    read = parse(write([finding()], "ci"), PATH)
    (stale,) = match(read, PATH, (), judge_all).stale
    assert (stale.rule, stale.severity, stale.place.path) == ("SG190", "warning", PATH)
    assert "SG101 of User.posts in ../app/models.py" in stale.message
    judged: list[str] = []
    match(read, PATH, (), lambda path: bool(judged.append(path)))
    assert judged == ["app/models.py"]


def test_a_file_formatted_by_others_is_read_too() -> None:
    content = b'{"findings":[\n{"rule":"SG101",\n"path":"a.py"}],"version":1}'
    read = parse(content, PATH)
    assert (read.entries, read.lines) == ((Known("a.py", "SG101"),), (1,))


@given(st.binary() | st.text().map(str.encode))
def test_any_bytes_are_a_baseline_or_wrong_configuration(content: bytes) -> None:
    with pytest.raises(ConfigError) as caught:
        parse(content, PATH)
    assert caught.value.message.startswith(PATH)
    assert caught.value.hint


@given(st.lists(st.tuples(st.text(), st.text(), st.text(min_size=1)), max_size=5))
def test_any_names_survive(named: list[tuple[str, str, str]]) -> None:
    known = [finding(key, model=model, path=path) for key, model, path in named]
    new, hidden, stale = against(known, known)
    assert (new, hidden, stale) == ([], len(known), [])
