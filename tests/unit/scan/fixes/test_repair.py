"""Only what makes the project better is kept, and only as much as was asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from safeguards.findings import Edit, Finding, Fix, Place, Severity, in_order
from safeguards.scan.fixes.repair import Files, repair, that_work

Rule = Callable[[Files], Iterator[Finding]]


def rule(
    word: bytes,
    new: str,
    *,
    safe: bool = True,
    code: str = "SG1",
    severity: Severity = "error",
) -> Rule:
    """A judge that finds each line that starts with a word, and would write another one."""

    def found(files: Files) -> Iterator[Finding]:
        for number, line in enumerate(files["a.py"].split(b"\n"), 1):
            if line.startswith(word):
                edits = (Edit("a.py", (number, 0), (number, len(word)), new),)
                place = Place("a.py", number)
                yield Finding(
                    place, code, "", severity, "", model=line.decode()[-1:], fix=Fix(safe, edits)
                )

    return found


def run(text: str, *rules: Rule, unsafe: bool = False) -> tuple[str, int]:
    def judge(files: Files) -> tuple[Finding, ...]:
        return tuple(in_order(f for each in rules for f in each(files)))

    done = repair({"a.py": text.encode()}, judge, unsafe=unsafe)
    return done.files["a.py"].decode(), len(done.fixed)


def test_every_finding_is_fixed_once() -> None:
    assert run("bad 1\nok 2\nbad 3", rule(b"bad", "good")) == ("good 1\nok 2\ngood 3", 2)


def test_nothing_to_fix_changes_nothing() -> None:
    assert run("ok 1", rule(b"bad", "good")) == ("ok 1", 0)


@pytest.mark.parametrize(("unsafe", "expected"), [(False, "bad 1"), (True, "good 1")])
def test_unsafe_fixes_are_made_when_asked_for(unsafe: bool, expected: str) -> None:
    assert run("bad 1", rule(b"bad", "good", safe=False), unsafe=unsafe)[0] == expected


def test_a_fix_that_does_not_remove_its_finding_is_not_kept() -> None:
    assert run("bad 1", rule(b"bad", "bad, still")) == ("bad 1", 0)


def test_a_fix_that_brings_another_finding_is_not_kept_and_stops_no_other() -> None:
    rules = (
        rule(b"bad", "worse"),
        rule(b"worse", "x", code="SG2"),
        rule(b"poor", "good", code="SG3"),
    )
    assert run("bad 1\npoor 2\npoor 3\nbad 4", *rules) == ("bad 1\ngood 2\ngood 3\nbad 4", 2)


def test_an_error_may_hide_a_warning_but_a_warning_none() -> None:
    hidden = rule(b"worse", "x", safe=False, code="SG2", severity="warning")
    assert run("bad 1", rule(b"bad", "worse"), hidden) == ("worse 1", 1)
    assert run("bad 1", rule(b"bad", "worse", severity="warning"), hidden) == ("bad 1", 0)


def test_fixes_that_touch_each_other_are_made_one_after_the_other() -> None:
    def ends(files: Files) -> Iterator[Finding]:
        if not files["a.py"].endswith(b"!"):
            end = len(files["a.py"])
            fix = Fix(True, (Edit("a.py", (1, 0), (1, end), files["a.py"].decode() + "!"),))
            yield Finding(Place("a.py"), "SG2", "", "error", "", fix=fix)

    assert run("bad 1", rule(b"bad", "good"), ends) == ("good 1!", 2)


def test_an_edit_that_does_not_fit_is_not_made() -> None:
    def wrong(files: Files) -> Iterator[Finding]:
        yield Finding(
            Place("a.py"),
            "SG2",
            "",
            "error",
            "",
            fix=Fix(True, (Edit("a.py", (9, 0), (9, 0), ""),)),
        )

    assert run("bad 1", wrong) == ("bad 1", 0)


def offered(text: str, *rules: Rule) -> list[str | None]:
    """Which findings still have a fix, by the last character of their line."""

    def judge(files: Files) -> tuple[Finding, ...]:
        return tuple(in_order(f for each in rules for f in each(files)))

    files = {"a.py": text.encode()}
    return [each.model for each in that_work(files, judge, judge(files)) if each.fix is not None]


def test_only_a_fix_that_works_is_offered() -> None:
    rules = (
        rule(b"bad", "good"),
        rule(b"vain", "vain, still", code="SG2"),
        rule(b"poor", "worse", code="SG3"),
        rule(b"worse", "x", code="SG4"),
    )
    assert offered("bad 1\nvain 2\npoor 3\nbad 4", *rules) == ["1", "4"]


def test_a_safe_fix_that_needs_an_unsafe_one_is_not_offered() -> None:
    rules = (rule(b"base", "rock", safe=False), _on_rock)
    assert offered("base 1\nhouse 2", *rules) == ["1"]
    assert run("base 1\nhouse 2", *rules, unsafe=True) == ("rock 1\nhome 2", 2)


def _on_rock(files: Files) -> Iterator[Finding]:
    """A house is a fault; what would mend it is one as well, where there is no rock."""
    yield from rule(b"house", "home", code="SG2")(files)
    if b"rock" not in files["a.py"]:
        yield from rule(b"home", "x", code="SG3")(files)


def test_trying_ends_where_no_fix_works() -> None:
    text = "\n".join(f"vain {number:03}" for number in range(200))
    asked = []

    def judge(files: Files) -> tuple[Finding, ...]:
        asked.append(files)
        return tuple(rule(b"vain", "vain, still")(files))

    files = {"a.py": text.encode()}
    assert not [each for each in that_work(files, judge, judge(files)) if each.fix is not None]
    assert len(asked) < 50
