"""One file of any content: SG100 as a warning, or nothing; never an exception, never a hang."""

from __future__ import annotations

import io
import tokenize

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.support.oracle_cases import all_cases
from tests.support.scan_case import found, scan_files

DEEP = 10_000

UNREADABLE = {
    "null byte": b"x = 1\0\n",
    "binary": bytes(range(256)) * 40,
    "utf-16": "x = 1\n".encode("utf-16"),
    "latin-1 without cookie": 'NAME = "caf\xe9"\n'.encode("latin-1"),
    "invalid utf-8 with utf-8 cookie": b"# coding: utf-8\nNAME = '\xff'\n",
    "unknown coding": b"# coding: klingon\nx = 1\n",
    "coding that is not a text encoding": b"# coding: rot13\nk = 1\n",
    "bom and another coding": b"\xef\xbb\xbf# coding: latin-1\nx = 1\n",
    "syntax error": b"def f(:\n",
    "conflict markers": b"<<<<<<< HEAD\nx = 1\n=======\nx = 2\n>>>>>>> other\n",
    "unterminated string": b'x = """never closed\n',
    "unterminated bracket": b"x = (1,\n",
    "tabs and spaces": b"if x:\n        a = 1\n\tb = 2\n",
    "unexpected indent": b"x = 1\n    y = 2\n",
    "deep parentheses": b"x = " + b"(" * DEEP + b")" * DEEP + b"\n",
    "deep brackets": b"x = " + b"[" * DEEP + b"]" * DEEP + b"\n",
    "deep indentation": b"".join(b" " * i + b"if x:\n" for i in range(200)) + b" " * 200 + b"y\n",
    "jinja template": b"{% if x %}\nclass {{ name }}(Base):\n    pass\n{% endif %}\n",
    "five megabytes": b"x = 1\n" * 900_000,
    "integer of 5,000 digits": b"x = " + b"9" * 5000 + b" +\n",
    "not a character": "x = 1 \u00a0\n".encode(),
}

READABLE = {
    "empty": b"",
    "one newline": b"\n",
    "no newline at the end": b"x = 1",
    "only a comment": b"# nothing",
    "only a bom": b"\xef\xbb\xbf",
    "bom": b"\xef\xbb\xbfx = 1\n",
    "crlf": b"x = 1\r\ny = 2\r\n",
    "old mac line ends": b"x = 1\ry = 2\r",
    "form feed": b"x = 1\n\x0c\ny = 2\n",
    "tabs": b"if True:\n\tx = 1\n",
    "latin-1 cookie": b"# -*- coding: latin-1 -*-\nNAME = 'caf\xe9'\n",
    "cookie on the second line": b"#!/usr/bin/env python\n# coding: iso-8859-15\nNAME = '\xa4'\n",
    "line continuation": b"x = 1 + \\\n    2\n",
    "a megabyte in one string": b"x = '" + b"a" * 1_000_000 + b"'\n",
    "a list of 20,000 numbers": b"x = [" + b"1, " * 20_000 + b"]\n",
    "semicolons": b"x = 1; " * 2000 + b"\n",
    "surrogate escapes": b"x = '\\ud800'\n__tablename__ = '\\udfff'\n",
    "invalid escape": b"x = '\\d'\n",
    "is with a literal": b"x = 1 is 1\n",
}

DEEP_SYNTAX = {
    "attributes": b"x = a" + b".b" * DEEP + b"\n",
    "calls": b"x = a" + b"()" * DEEP + b"\n",
    "subscripts": b"x = a" + b"[0]" * DEEP + b"\n",
    "unary": b"x = " + b"-" * DEEP + b"1\n",
    "not": b"x = " + b"not " * DEEP + b"1\n",
    "sum": b"x = " + b" + ".join([b"'a'"] * 5000) + b"\n",
    "power": b"x = " + b" ** ".join([b"1"] * 5000) + b"\n",
    "and": b"x = " + b" and ".join([b"a"] * 5000) + b"\n",
    "comparison": b"x = " + b" < ".join([b"a"] * 5000) + b"\n",
    "union annotation": b"x: " + b" | ".join([b"A"] * 5000) + b"\n",
    "lambdas": b"x = " + b"lambda: " * DEEP + b"1\n",
    "conditional": b"x = " + b"1 if a else " * 5000 + b"2\n",
    "elif": b"if a: pass\n" + b"elif a: pass\n" * 5000,
    "nested calls": b"x = " + b"f(" * 150 + b")" * 150 + b"\n",
    "decorators": b"@d\n" * 3000 + b"class A: pass\n",
    "assignment chain": b"a = " * 3000 + b"1\n",
    "f-strings": b"x = " + b"f'{a}' " * 3000 + b"\n",
    "await": b"async def f():\n    " + b"await " * 1000 + b"x\n",
}


def by_name(table: dict[str, bytes]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("data", table.values(), ids=table.keys())


def takes_ascii(data: bytes) -> bool:
    """Whether ASCII put to the end of a file is ASCII in it: not so in UTF-16."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        return "# a".encode(encoding) == b"# a"
    except (SyntaxError, LookupError, ValueError):
        return True


def rules_of(data: bytes) -> list[tuple[str, str]]:
    """What is found in the file when a word of mapping at its end has it parsed."""
    parsed = scan_files({"models.py": data + b"\n# Column"})
    if not takes_ascii(data):
        return sorted((e.rule, e.severity) for e in found(scan_files({"models.py": data})))
    assert not {e.rule for e in found(scan_files({"models.py": data}))} - {
        e.rule for e in found(parsed)
    }
    return sorted((e.rule, e.severity) for e in found(parsed))


@by_name(UNREADABLE)
def test_an_unreadable_file_is_a_warning(data: bytes) -> None:
    assert rules_of(data) == [("SG100", "warning")]


@by_name(READABLE)
def test_a_readable_file_is_silent(data: bytes) -> None:
    assert rules_of(data) == []


@by_name(DEEP_SYNTAX)
def test_deep_syntax_is_read_or_a_warning(data: bytes) -> None:
    """Which of the two depends on the Python that parses."""
    assert rules_of(data) in ([], [("SG100", "warning")])


@by_name(UNREADABLE | DEEP_SYNTAX)
def test_its_neighbours_are_judged_all_the_same(data: bytes) -> None:
    files = {"a_broken.py": data, "models.py": AMBIGUOUS, "z_broken.py": data}
    result = scan_files(files)
    assert [f.rule for f in result.findings if f.place.path == "models.py"] == ["SG101"]


AMBIGUOUS = b"""\
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship
from a_broken import *

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("user.id"))
    editor_id = Column(ForeignKey("user.id"))
    author = relationship("User")
"""

SEEDS = sorted({data for case in all_cases() for data in case.files().values() if data})
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@patient
@example(b" #coding: utf-16\x01")
@given(st.binary(max_size=300))
def test_any_bytes(data: bytes) -> None:
    assert set(rules_of(data)) <= {("SG100", "warning"), ("SG190", "warning")}


@patient
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    rules_of(text.encode("utf-8", "surrogatepass"))


@patient
@given(st.sampled_from(SEEDS), st.integers(0, 4000), st.integers(0, 60), st.binary(max_size=12))
def test_a_model_file_cut_and_patched_anywhere(
    seed: bytes, start: int, removed: int, inserted: bytes
) -> None:
    start %= len(seed)
    scan_files({"models.py": seed[:start] + inserted + seed[start + removed :]})


@patient
@given(st.sampled_from(SEEDS), st.data())
def test_a_model_file_with_its_lines_shuffled(seed: bytes, data: st.DataObject) -> None:
    lines = data.draw(st.permutations(seed.splitlines(keepends=True)))
    scan_files({"models.py": b"".join(lines)})


@patient
@given(st.sampled_from(SEEDS), st.sampled_from(SEEDS))
def test_two_model_files_of_different_projects(first: bytes, second: bytes) -> None:
    scan_files({"models.py": first, "base.py": second, "tables.py": first + second})
