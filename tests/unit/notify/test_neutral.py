from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from safeguards.notify.neutral import LONGEST, block, span, visible

HOSTILE = (
    "@everyone please look",
    "fixes #1, owner/name#2 and GH-3",
    "`code` and ``more`` and ```fence",
    "`",
    "``",
    "<img src=x onerror=alert(1)>",
    "</details><script>",
    "<!-- safeguards:verify target=production -->",
    "--> text",
    "[link](https://index.example) ![picture](https://index.example/x.png)",
    "https://index.example/x www.index.example",
    "| a | b |",
    "*bold* _it_ ~~no~~ \\` \\",
    "\n\n# heading\n- list\n```\nfence\n```",
    "\x1b[31mred\x07\u202ereversed\u200b",
    "\udcff",
    " ",
    " a ",
    " `",
    "0123456789abcdef0123456789abcdef01234567",
    ":tada: $x^2$ &amp; &lt;",
)


def parsed(text: str) -> list[tuple[str, str]]:
    """What Markdown sees: the kinds and contents of everything but paragraphs."""
    found = []
    for token in MarkdownIt("commonmark", {"html": True}).parse(text):
        if token.type == "inline":
            found += [(child.type, child.content) for child in token.children or ()]
        elif token.type not in {"paragraph_open", "paragraph_close"}:
            found.append((token.type, token.content))
    return found


@pytest.mark.parametrize("text", HOSTILE)
def test_a_span_is_code_and_nothing_else(text: str) -> None:
    assert parsed(f"a {span(text)} b") == [
        ("text", "a "),
        ("code_inline", visible(text)),
        ("text", " b"),
    ]


@given(st.lists(st.text(min_size=1, max_size=40), min_size=1, max_size=3))
def test_spans_beside_each_other_stay_apart(texts: list[str]) -> None:
    line = "x " + " y ".join(span(text) for text in texts)
    assert [content for kind, content in parsed(line) if kind == "code_inline"] == [
        visible(text) for text in texts
    ]
    assert {kind for kind, _ in parsed(line)} == {"text", "code_inline"}


@given(st.text(max_size=300))
def test_a_block_is_code_and_nothing_else(text: str) -> None:
    shown = "".join(f"{visible(line)}\n" for line in text.splitlines())
    assert parsed(f"<details>\n\n{block(text, 100_000)}\n\n</details>\n") == [
        ("html_block", "<details>\n"),
        ("fence", shown),
        ("html_block", "</details>\n"),
    ]


def test_what_is_long_is_cut_and_says_so() -> None:
    assert span("x" * 1000) == f"`{'x' * (LONGEST - 1)}…`"
    assert span("x" * LONGEST) == f"`{'x' * LONGEST}`"


@given(st.text(), st.integers(min_value=60, max_value=300))
def test_a_block_keeps_to_its_room(text: str, room: int) -> None:
    made = block(text, room)
    fence = len(made) - len(made.lstrip("`"))
    assert len(made.encode()) <= max(room, 2 * fence + 10)


def test_a_block_that_is_too_long_says_so() -> None:
    made = block("\n".join(["a line"] * 100), 100)
    assert made.endswith("a line\n…\n```")
