"""Which files are parsed: all that can change a finding, and few others."""

from __future__ import annotations

import sys
import time
from pathlib import Path

import pytest
from tests.support.oracle_cases import Case, all_cases

import safeguards
from safeguards.scan.cache import FactsCache
from safeguards.scan.engine import scan
from safeguards.scan.outline import relevant
from safeguards.scan.reading import Reading, extract_one, one_by_one
from safeguards.scan.sketch import sketch
from safeguards.scan.sources import Sources

MODELS = """
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy import Column, Integer
class Base(DeclarativeBase):
    pass
class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
"""

FOLLOWED = {
    "a subclass": "class Boss(Person):\n    pass\n",
    "a dotted base": "class Boss(models.Person):\n    pass\n",
    "a base on its own line": "class Boss(\n    Mixin,\n    Person,\n):\n    pass\n",
    "a base behind a comment": "class Boss(  # the (boss\n    Person,\n):\n    pass\n",
    "a base in a call": "class Boss(mixed(Other, also(Person))):\n    pass\n",
    "a base after a string": 'class Boss(named("x)y"), Person):\n    pass\n',
    "a header on two lines": "class \\\n        Boss(Person):\n    pass\n",
    "a keyword": "class Boss(metaclass=Person):\n    pass\n",
    "a decorator": "@Person.wrap\n@keep(\n    1,\n    Person,\n)\nclass Boss:\n    pass\n",
    "in a function": "def make():\n    class Boss(Person):\n        x = 1\n    return Boss\n",
    "renamed by an import": "from m import Person as P\nclass Boss(P):\n    pass\n",
    "renamed on its own line": "from m import (\n    Person\n    as P,\n)\nclass Boss(P): pass\n",
    "renamed": "P = Person  # the one\nclass Boss(P):\n    pass\n",
    "renamed with a type": "P: type[Any] = m.Person\nclass Boss(P):\n    pass\n",
    "renamed twice at once": "P = Q = Person\nclass Boss(P):\n    pass\n",
    "renamed in parentheses": "P = (\n    m.Person\n)\nclass Boss(P):\n    pass\n",
    "renamed from a call": "P = load(\n    1,\n).Person\nclass Boss(P):\n    pass\n",
    "renamed behind a colon": "if x: P = Person\nclass Boss(P):\n    pass\n",
    "altered": "Person.note = note()\n",
    "altered under a condition": "if x:\n    Person.note = note()\n",
    "altered after a function": "def f(\n    a,\n):\n    pass\nPerson.note: Any = note()\n",
    "altered by a call": "setattr(Person, 'note', note())\n",
}
if sys.version_info >= (3, 12):
    FOLLOWED["type parameters"] = "class Boss[T](Person):\n    pass\n"


def read(files: dict[str, bytes]) -> Reading:
    return Reading(Sources(files), FactsCache(), one_by_one)


def relevant_of_all(files: dict[str, bytes]) -> list[str]:
    return relevant({path: extract_one(data).outline for path, data in sorted(files.items())})


@pytest.mark.parametrize("text", FOLLOWED.values(), ids=FOLLOWED.keys())
def test_what_may_add_to_a_model_is_parsed(text: str) -> None:
    files = {"models.py": MODELS.encode(), "other.py": text.encode()}
    assert read(files).seeds() == relevant_of_all(files) == ["models.py", "other.py"]


def test_names_are_followed_from_file_to_file() -> None:
    files = {
        "a.py": b"class Third(S):\n    pass\n",
        "b.py": b"from c import Second as S\n",
        "c.py": b"Second = m.First\n",
        "d.py": b"class First(Person):\n    pass\n",
        "models.py": MODELS.encode(),
    }
    assert read(files).seeds() == relevant_of_all(files) == ["a.py", "d.py", "models.py"]


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: f"{case.slug}/{case.name}")
def test_the_same_files_are_relevant_in_every_rule_case(case: Case) -> None:
    files = case.files()
    assert read(files).seeds() == relevant_of_all(files)


def test_the_same_files_of_this_project_are_relevant() -> None:
    top = Path(safeguards.__file__).parent
    files = {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*.py")}
    reading = read(files)
    assert reading.seeds() == relevant_of_all(files)
    assert any(not sketch(data.decode()).speaks for data in files.values())


BROKEN = b"def f(:\n    pass\n"


def faults(files: dict[str, bytes]) -> list[str]:
    return [each.place.path for each in scan(Sources(files)).findings if each.rule == "SG100"]


def test_a_syntax_error_is_said_where_models_could_be() -> None:
    assert faults({"models.py": MODELS.encode(), "other.py": BROKEN}) == []
    assert faults({"models.py": MODELS.encode() + BROKEN}) == ["models.py"]
    assert faults({"other.py": BROKEN + b"class Boss(Person):\n    pass\n"}) == []
    subclass = BROKEN + b"class Boss(Person):\n    pass\n"
    assert faults({"models.py": MODELS.encode(), "other.py": subclass}) == ["other.py"]


@pytest.mark.parametrize("bound", ["model = Person", "self.model = Person", "f(model=Person)"])
def test_what_only_binds_a_model_is_not_parsed(bound: str) -> None:
    files = {"models.py": MODELS.encode(), "other.py": BROKEN + f"    {bound}\n".encode()}
    assert faults(files) == []


def test_what_binds_a_model_to_the_name_of_a_base_is_parsed() -> None:
    files = {"models.py": MODELS.encode(), "other.py": BROKEN + b"Alias = Person\n"}
    assert faults({**files, "boss.py": b"class Boss(Alias):\n    pass\n"}) == ["other.py"]
    assert faults({**files, "boss.py": b"Other = Alias\n"}) == []
    behind = b"Other = Alias\nclass Boss(Other):\n    pass\n"
    assert faults({**files, "boss.py": behind}) == ["other.py"]


def test_a_syntax_error_is_said_where_a_model_needs_the_file() -> None:
    models = MODELS.replace('"person"', "names.PERSON").encode()
    files = {"models.py": b"import names\n" + models, "names.py": BROKEN}
    assert faults(files) == ["names.py"]


@pytest.mark.parametrize("data", [b"x = 1\0\n", b"x = '\xff'\n", "x = 1\n".encode("utf-16")])
def test_what_is_no_text_is_always_said(data: bytes) -> None:
    assert faults({"other.py": data}) == ["other.py"]


def test_what_an_earlier_scan_parsed_changes_no_finding() -> None:
    needed = {"models.py": b"import names\n" + MODELS.replace('"person"', "names.P").encode()}
    other = {"models.py": MODELS.encode()}
    cache = FactsCache()
    scan(Sources({**needed, "names.py": BROKEN}), cache=cache)
    again = scan(Sources({**other, "names.py": BROKEN}), cache=FactsCache(cache.encode()))
    assert again == scan(Sources({**other, "names.py": BROKEN}))
    assert again.findings == ()


@pytest.mark.parametrize(
    "text",
    [
        *("x = " + "(" * 300_000, "@a\n" * 200_000, "class A(" * 100_000, "class A(()\n" * 50_000),
        *(".a:" * 200_000, "a as " * 100_000, "x = a." * 100_000, ").a" * 200_000, ".\n" * 300_000),
        *("class A(" + "x" * 1_000_000, "def f():\n" * 50_000, "x = " + "a" * 1_000_000 + "("),
        *("class A(" + "()" * 300_000, "x = " + "a.(" * 200_000, "@a\nclass A: pass\n" * 30_000),
    ],
    ids=lambda text: text[:8] + text[-3:],
)
def test_the_work_for_a_text_grows_with_its_length_only(text: str) -> None:
    started = time.process_time()
    sketch(text)
    assert time.process_time() - started < 20
