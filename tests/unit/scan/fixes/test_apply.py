"""Edits are applied to bytes as they are written down: lines from 1, UTF-8 bytes from 0."""

from __future__ import annotations

import pytest

from safeguards.findings import Edit
from safeguards.scan.fixes.apply import apply, overlap


def edit(start: tuple[int, int], end: tuple[int, int], text: str = "X") -> Edit:
    return Edit("a.py", start, end, text)


@pytest.mark.parametrize(
    ("data", "edits", "expected"),
    [
        (b"abc\n", [edit((1, 1), (1, 2))], b"aXc\n"),
        (b"ab\ncd", [edit((2, 2), (2, 2)), edit((1, 0), (1, 0))], b"Xab\ncdX"),
        ("äb\n".encode(), [edit((1, 2), (1, 3))], "äX\n".encode()),
        (b"a\r\nb\r\n", [edit((2, 0), (2, 1))], b"a\r\nX\r\n"),
        (b"a\rb", [edit((2, 0), (2, 1))], b"a\rX"),
        (b"\xef\xbb\xbfab", [edit((1, 0), (1, 1))], b"\xef\xbb\xbfXb"),
        (b"a\x0cb\n", [edit((1, 2), (1, 3))], b"a\x0cX\n"),
        (b"a\nb\n", [edit((1, 0), (2, 1), "")], b"\n"),
    ],
)
def test_the_text_between_two_positions_is_replaced(
    data: bytes, edits: list[Edit], expected: bytes
) -> None:
    assert apply(data, edits) == expected


@pytest.mark.parametrize("position", [(0, 0), (3, 0), (1, 9)])
def test_a_position_outside_the_file_is_refused(position: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match=r"no (line|column)"):
        apply(b"ab\n", [edit(position, position)])


def test_text_that_the_encoding_cannot_hold_is_refused() -> None:
    with pytest.raises(ValueError, match="latin"):
        apply(b"# coding: latin-1\n", [edit((1, 0), (1, 0), "→")])


@pytest.mark.parametrize(
    ("one", "other", "touch"),
    [
        (edit((1, 0), (1, 4)), edit((1, 4), (1, 4)), True),
        (edit((1, 0), (1, 4)), edit((1, 2), (1, 3)), True),
        (edit((1, 0), (1, 4)), edit((1, 5), (1, 6)), False),
        (edit((1, 0), (2, 1)), edit((2, 0), (2, 0)), True),
        (edit((1, 0), (1, 4)), Edit("b.py", (1, 0), (1, 4), ""), False),
    ],
)
def test_edits_that_touch_each_other_overlap(one: Edit, other: Edit, touch: bool) -> None:
    assert overlap([one], [other]) is touch
    assert overlap([other], [one]) is touch
