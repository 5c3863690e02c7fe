"""Whatever is put into an element comes out as text, in HTML and in XML."""

from __future__ import annotations

from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguards.report.html.markup import LONGEST, Markup, el, joined, text
from safeguards.report.printable import printable


class Reader(HTMLParser):
    """The tags and the text that an HTML parser sees."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.words = ""
        self.values: list[str | None] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.values += [value for _, value in attrs]

    def handle_data(self, data: str) -> None:
        self.words += data


def read(markup: str) -> Reader:
    reader = Reader()
    reader.feed(markup)
    reader.close()
    return reader


@given(st.text(max_size=40))
def test_any_text_stays_text(value: str) -> None:
    made = el("p", value, el("b", text(value)), title=value)
    reader = read(made)
    assert reader.tags == ["p", "b"]
    assert reader.words == printable(value) * 2
    assert reader.values == [printable(value)]
    parsed = ElementTree.fromstring(made)
    assert "".join(parsed.itertext()) == printable(value) * 2


@pytest.mark.parametrize(
    "value", ["\x00\x08\x1b[31m", "\u202eevil", "\udcff", "\ufffe", "\x85\u2028", "a\nb\tc"]
)
def test_what_cannot_be_seen_is_shown_as_an_escape(value: str) -> None:
    assert text(value).isprintable()
    assert "\\" in text(value)
    ElementTree.fromstring(el("p", value))


@given(st.text(alphabet="a<\"'&\x1b\U0001f600", max_size=3 * LONGEST))
def test_no_text_takes_more_room_than_it_may(value: str) -> None:
    cut = text(value)
    assert len(cut.encode()) <= LONGEST
    shown = read(cut).words
    if cut.endswith("…"):
        assert printable(value).startswith(shown[:-1])
    else:
        assert shown == printable(value)


def test_elements_nest_and_leave_out_what_is_none() -> None:
    made = el("p", None, "a<b", el("br"), el("i"), class_="x y", aria_label=None, stroke_width=2)
    assert made == '<p class="x y" stroke-width="2">a&lt;b<br/><i></i></p>'
    assert isinstance(made, Markup)


def test_only_what_was_made_here_is_markup() -> None:
    assert joined([el("b", "x"), "<b>", None, str(el("b", "y"))]) == (
        "<b>x</b>&lt;b&gt;&lt;b&gt;y&lt;/b&gt;"
    )
