"""How often the project is judged while fixes are tried: counted, never timed."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterable, Iterator
from types import FrameType

import msgspec
import pytest
from tests.unit.scan.fixes.test_repair import Rule, rule

from safeguards.findings import Finding, Place, in_order
from safeguards.scan.engine import scan
from safeguards.scan.fixes.repair import TRIES, Files, repair, that_work
from safeguards.scan.reading import Reading
from safeguards.scan.settings import ScanSettings
from safeguards.scan.sources import Sources

BAD = rule(b"bad", "good")
LURE = rule(b"lure", "trap", code="SG2")
TRAP = rule(b"trap", "x", code="SG3")


class Counted:
    """A judge of `a.py` that counts how often it is asked."""

    def __init__(self, *rules: Rule) -> None:
        self._rules = rules
        self.asked = 0

    def __call__(self, files: Files) -> tuple[Finding, ...]:
        self.asked += 1
        return tuple(in_order(f for each in self._rules for f in each(files)))


def offered(judge: Counted, lines: Iterable[str]) -> tuple[int, int]:
    """How many fixes are offered, and how many tries that took."""
    files = {"a.py": "\n".join(lines).encode()}
    findings = judge(files)
    judge.asked = 0
    work = that_work(files, judge, findings)
    return sum(1 for each in work if each.fix is not None), judge.asked


def lines(word: str, count: int) -> list[str]:
    """Lines of which each finding has a model of its own."""
    return [f"{word} {chr(0x4E00 + number)}" for number in range(count)]


def unlike(one: Rule) -> Rule:
    """The same findings, each known by its whole line."""

    def found(files: Files) -> Iterator[Finding]:
        text = files["a.py"].decode().split("\n")
        for each in one(files):
            yield _with(each, model=text[each.place.line - 1][-1])

    return found


def _with(finding: Finding, **changed: str) -> Finding:
    return msgspec.structs.replace(finding, **changed)


def test_any_number_of_good_fixes_takes_one_try() -> None:
    assert offered(Counted(unlike(BAD)), lines("bad", 300)) == (300, 1)


@pytest.mark.parametrize("count", [1, 40])
def test_the_bad_ones_do_not_take_the_good_ones_with_them(count: int) -> None:
    judge = Counted(unlike(BAD), unlike(LURE), unlike(TRAP))
    text = lines("bad", 100) + [f"lure {chr(0x5E00 + n)}" for n in range(count)]
    for seed in range(3):
        random.Random(seed).shuffle(text)
        fixes, tries = offered(judge, text)
        assert (fixes, tries <= TRIES) == (100, True)


def test_a_bad_one_without_a_trace_leaves_half_of_the_others() -> None:
    def spoilt(files: Files) -> Iterator[Finding]:
        if b"lure" not in files["a.py"]:
            yield Finding(Place("b.py"), "SG9", "", "error", "somewhere")

    fixes, tries = offered(Counted(unlike(BAD), LURE, spoilt), [*lines("bad", 100), "lure ?"])
    assert (fixes >= 50, tries <= TRIES) == (True, True)


def test_where_no_fix_works_trying_ends() -> None:
    vain = unlike(rule(b"vain", "vain, still"))
    assert offered(Counted(vain), lines("vain", 300)) == (0, TRIES)


def test_safe_and_other_fixes_have_their_tries_each() -> None:
    vain = unlike(rule(b"vain", "vain, still"))
    poor = unlike(rule(b"poor", "good", code="SG4", safe=False))
    assert offered(Counted(vain, poor), lines("vain", 300) + lines("poor", 3)) == (3, TRIES + 1)


def test_repair_tries_as_long_as_it_takes() -> None:
    judge = Counted(unlike(BAD), unlike(LURE), unlike(TRAP))
    text = lines("bad", 100) + [f"lure {chr(0x5E00 + n)}" for n in range(40)]
    random.Random(1).shuffle(text)
    told: list[tuple[int, int]] = []
    files = {"a.py": "\n".join(text).encode()}
    done = repair(files, judge, unsafe=True, tick=lambda *each: told.append(each))
    assert done.files["a.py"].count(b"good") == 100
    assert done.files["a.py"].count(b"lure") == 40
    assert judge.asked < 90
    first = [done for done, total in told if total == 140]
    assert (first[0], first == sorted(first)) == (0, True)


def test_what_failed_together_is_not_judged_again_after_the_rest_was_kept() -> None:
    judge = Counted(unlike(BAD), unlike(LURE), unlike(TRAP))
    assert offered(judge, ["bad 1", "lure 2"]) == (1, 2)


def test_a_finding_that_goes_with_another_is_not_tried() -> None:
    judge = Counted(BAD, rule(b"bad", "good", code="SG5"))
    assert offered(judge, ["bad 1"]) == (1, 1)


def test_two_findings_of_one_key_are_told_apart() -> None:
    """One fix works and the other does not; only the good one is shown."""

    def same(one: Rule) -> Rule:
        return lambda files: (_with(each, model="A") for each in one(files))

    files = {"a.py": b"keep 1\nbad 2"}
    judge = Counted(same(rule(b"keep", "keep")), same(BAD))
    work = [each.place.line for each in that_work(files, judge, judge(files)) if each.fix]
    assert work == [2]


def test_what_is_not_wanted_is_neither_tried_nor_offered() -> None:
    judge = Counted(BAD)
    files = {"a.py": b"bad 1"}
    findings = judge(files)
    assert [each.fix for each in that_work(files, judge, findings, wanted=lambda _: False)] == [
        None
    ]
    assert judge.asked == 1


def test_the_order_of_the_findings_changes_nothing() -> None:
    judge = Counted(unlike(BAD), unlike(LURE), unlike(TRAP))
    files = {"a.py": "\n".join([*lines("bad", 30), *lines("lure", 30)]).encode()}
    findings = list(judge(files))
    outcomes = set()
    for seed in range(4):
        random.Random(seed).shuffle(findings)
        outcomes.add(tuple(in_order(that_work(files, judge, findings))))
    assert len(outcomes) == 1


HEAD = """\
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
class Base(DeclarativeBase):
    pass
"""
MODEL = """\
class Place{n}(Base):
    __tablename__ = "place{n}"
    id: Mapped[int] = mapped_column(primary_key=True)
    notes: Mapped[list["Note{n}"]] = relationship(back_populates="place")
class Note{n}(Base):
    __tablename__ = "note{n}"
    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("place{n}.id"))
    place: Mapped["Place{n}"] = relationship(back_populates="notes")
class Trip{n}(Base):
    __tablename__ = "trip{n}"
    id: Mapped[int] = mapped_column(primary_key=True)
    start_id: Mapped[int] = mapped_column(ForeignKey("place{n}.id"))
    end_id: Mapped[int] = mapped_column(ForeignKey("place{n}.id"))
    start: Mapped["Place{n}"] = relationship()
"""
"""`Trip.start` is ambiguous, and its column says how to mend that."""

COMMA = '    place_id: Mapped[int] = mapped_column(ForeignKey("place{n}.id"))\n'
SECOND = f'{COMMA}    other_id = mapped_column(ForeignKey("place{{n}}.id")),\n'
"""A comma that hides a second key: without it both sides of the pair are ambiguous."""


def project(good: int, bad: int) -> dict[str, bytes]:
    """A file for each model, and some whose fixes do not work."""
    files = {"models/__init__.py": HEAD.encode()}
    for n in range(good + bad):
        text = (MODEL.replace(COMMA, SECOND) if n % (good + bad) < bad else MODEL).format(n=n)
        files[f"models/m{n:03}.py"] = f"from models import *\n{text}".encode()
    return files


def asking(files: Files, settings: ScanSettings) -> tuple[Callable[[], int], object]:
    asked = 0

    def judge(tried: Files) -> tuple[Finding, ...]:
        nonlocal asked
        asked += 1
        return scan(Sources(tried), settings, try_fixes=False).findings

    return (lambda: asked), judge


@pytest.mark.parametrize(("good", "bad"), [(20, 0), (20, 1), (12, 8)])
def test_models_take_as_few_tries(good: int, bad: int) -> None:
    files = project(good, bad)
    settings = ScanSettings()
    asked, judge = asking(files, settings)
    findings = judge(files)  # type: ignore[operator]
    rules = [each.rule for each in findings]
    assert (rules.count("SG101"), rules.count("SG121")) == (good + bad, bad)
    work = that_work(files, judge, findings)  # type: ignore[arg-type]
    assert [f.rule for f in work if f.fix is not None] == ["SG101"] * (good + bad)
    assert asked() <= 1 + 2 * TRIES


def test_the_scan_says_the_same_whatever_the_order_of_files() -> None:
    files = project(3, 3)
    one = scan(Sources(files)).findings
    other = scan(Sources(dict(reversed(files.items())))).findings
    assert one == other
    assert {each.rule for each in one if each.fix is not None} == {"SG101"}


def test_the_fix_of_an_ignored_finding_is_not_tried() -> None:
    files = project(2, 0)
    wanted = files["models/m000.py"].replace(
        b"relationship()\n", b"relationship()  # safeguards: ignore[SG101] so\n"
    )
    found = scan(Sources({**files, "models/m000.py": wanted})).findings
    assert [(f.place.path, f.fix is not None) for f in found] == [("models/m001.py", True)]


def test_where_all_findings_are_ignored_nothing_is_tried() -> None:
    ignored = ScanSettings(ignore=frozenset({"SG101"}))
    assert tries_of(lambda: scan(Sources(project(2, 0)), ignored)) == 0
    assert tries_of(lambda: scan(Sources(project(2, 0)))) == 1


def tries_of(work: Callable[[], object]) -> int:
    """How often other contents were read while this worked."""
    tried = 0

    def watch(frame: FrameType, event: str, _: object) -> None:
        nonlocal tried
        tried += event == "call" and frame.f_code is Reading.of_changed.__code__

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        work()
    finally:
        sys.setprofile(before)
    return tried
