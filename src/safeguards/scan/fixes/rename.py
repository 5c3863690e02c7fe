"""Change one name inside a string literal; its quotes and the rest of it stay."""

from __future__ import annotations

import ast
import re

from safeguards.scan.fixes.text import Change, SourceText

_LITERAL = re.compile(
    r"(?P<head>[rRuU]?(?P<quote>\"\"\"|'''|\"|'))(?P<body>.*)(?P=quote)", re.DOTALL
)


def rename_in(source: SourceText, strings: list[ast.Constant], old: str, new: str) -> list[Change]:
    """The change that writes `new` for the only `old` in these literals; none if not the only.

    Literals with escapes or in several pieces are left alone.
    """
    word = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
    found: list[Change] = []
    for node in strings:
        start = source.start(node)
        literal = _LITERAL.fullmatch(source.text, start, source.end(node))
        for match in word.finditer(str(node.value)):
            if literal is None or literal["body"] != node.value:
                return []
            at = literal.start("body") + match.start()
            found.append((at, at + len(old), new))
    return found if len(found) == 1 else []


def strings_in(node: ast.AST | None) -> list[ast.Constant]:
    """Every string literal inside a node."""
    inside = ast.walk(node) if node is not None else ()
    return [n for n in inside if isinstance(n, ast.Constant) and isinstance(n.value, str)]
