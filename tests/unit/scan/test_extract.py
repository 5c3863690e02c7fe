from __future__ import annotations

import pytest

from safeguards.scan import facts as f
from safeguards.scan.extract import MAX_BYTES, decode, extract

FAULTS = {
    "too large": (b"#" * (MAX_BYTES + 1), "larger than 4 MiB", 1),
    "null byte": (b"x = 1\n\0", "not a text file: it holds a NUL byte", 1),
    "not utf-8": (b"x = '\xff'\n", "cannot be decoded: ", 1),
    "unknown coding": (b"# coding: klingon\n", "cannot be decoded: unknown encoding", 1),
    "no text coding": (b"# coding: hex\n", "cannot be decoded: ", 1),
    "syntax": (b"x = 1\ndef f(:\n", "cannot be parsed: ", 2),
    "indentation": (b"x = 1\n  y = 2\n", "cannot be parsed: unexpected indent", 2),
}


@pytest.mark.parametrize(("data", "fault", "line"), FAULTS.values(), ids=FAULTS.keys())
def test_faults_say_what_and_where(data: bytes, fault: str, line: int) -> None:
    facts = extract(data)
    assert facts.fault.startswith(fault)
    assert facts.fault_line == line
    assert facts.fault_column >= 1
    assert facts.body == ()


def test_nesting_beyond_what_python_parses_is_a_fault() -> None:
    assert extract(b"x = " + b"(" * 10_000 + b")" * 10_000).fault.startswith("cannot be parsed: ")


def test_a_large_file_below_the_bound_is_read() -> None:
    facts = extract(b"#" * (MAX_BYTES - 7) + b"\nx = 1\n")
    assert facts == f.FileFacts(body=(f.Bind(2, 1, f.Name(2, 1, "x"), f.Const(2, 5, 1), None, ""),))


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"\xef\xbb\xbfx", "x"),
        (b"# coding: latin-1\n\xe9", "# coding: latin-1\n\xe9"),
        (b"#!x\n# -*- coding: cp1252 -*-\n\x80", "#!x\n# -*- coding: cp1252 -*-\n€"),
        ("é".encode(), "é"),
        (b"a\r\nb\rc\nd", "a\nb\nc\nd"),
        (b"", ""),
    ],
)
def test_decode_reads_as_python_does(data: bytes, text: str) -> None:
    assert decode(data) == text


def test_columns_count_characters_and_lines_survive_every_line_end() -> None:
    (bind, _) = extract("é = 'ü'; ß = 1\r\n".encode()).body
    assert isinstance(bind, f.Bind)
    assert (bind.target, bind.value) == (f.Name(1, 1, "é"), f.Const(1, 5, "ü"))
    (second,) = extract(b"\r\n\rx = 1").body
    assert second.line == 3


IGNORES = {
    "x = 1  # safeguards: ignore[SG101] two keys": [(1, 8, ("SG101",), "two keys")],
    "x = 1  # safeguards: ignore[SG101, SG102,SG103]": [(1, 8, ("SG101", "SG102", "SG103"), "")],
    "x = 1  #safeguards:ignore": [(1, 8, (), "")],
    "x = 1  # safeguards: ignore because": [(1, 8, (), "because")],
    "x = 1  # safeguards: ignore [SG101]": [(1, 8, ("SG101",), "")],
    "x = 1  # safeguards: ignore[SG101": [(1, 8, ("SG101",), "")],
    "x = 1  # noqa: F821  # safeguards: ignore[SG101]": [(1, 8, ("SG101",), "")],
    "x = 1  # type: ignore # safeguards: ignore[SG101] a": [(1, 8, ("SG101",), "a")],
    "# safeguards: ignore[SG100]": [(1, 1, ("SG100",), "")],
    "x = (1,\n  2)  # safeguards: ignore[SG101]": [(2, 7, ("SG101",), "")],
    "# y = 2  # safeguards: ignore[SG101]": [],
    "x = 1  # safeguards: ignored by nobody": [],
    "x = 1  # safeguards ignore[SG101]": [],
    "x = '# safeguards: ignore[SG101]'": [],
    'x = """\n# safeguards: ignore[SG101]\n"""': [],
}


@pytest.mark.parametrize(("text", "expected"), IGNORES.items(), ids=IGNORES.keys())
def test_ignore_comments(text: str, expected: list[tuple[int, int, tuple[str, ...], str]]) -> None:
    found = extract(f"{text}\n".encode()).ignores
    assert [(i.line, i.column, i.codes, i.reason) for i in found] == expected
