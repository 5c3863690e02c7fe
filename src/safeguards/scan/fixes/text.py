"""A source text and its syntax: where calls are, what surrounds them, positions both ways."""

from __future__ import annotations

import ast
from bisect import bisect_right

from safeguards.findings import Edit, Place

Change = tuple[int, int, str]
"""Replace the characters from one offset to another."""

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


class SourceText:
    """One parsed file with `\\n` as line end. Raises SyntaxError and its like for no Python."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = ast.parse(text)
        self._starts = [0]
        for line in text.split("\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)
        self._parents: dict[ast.AST, ast.AST] = {}
        self._calls: dict[int, list[ast.Call]] = {}
        self.aliases: dict[str, str] = {}
        self.assignments: dict[int, list[ast.Assign | ast.AnnAssign]] = {}
        for node in ast.walk(self.tree):
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
            if isinstance(node, ast.Call):
                self._calls.setdefault(self.start(node), []).append(node)
            elif isinstance(node, ast.ImportFrom):
                self.aliases.update({each.asname: each.name for each in node.names if each.asname})
            elif isinstance(node, ast.Assign | ast.AnnAssign):
                self.assignments.setdefault(node.lineno, []).append(node)

    def offset(self, line: int, column: int) -> int:
        """The character at a line (from 1) and UTF-8 byte column (from 0)."""
        start = self._starts[line - 1]
        content = self.text[start : self._starts[line] - 1]
        if content.isascii():
            return start + column
        return start + len(content.encode("utf-8", "surrogatepass")[:column].decode("utf-8"))

    def start(self, node: ast.expr | ast.keyword | ast.stmt) -> int:
        """Where a node starts."""
        return self.offset(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.keyword | ast.stmt) -> int:
        """Where a node ends."""
        return self.offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)

    def line_start(self, offset: int) -> int:
        """Where the line of a character starts."""
        return self._starts[bisect_right(self._starts, offset) - 1]

    def indent(self, offset: int) -> str:
        """The white space that the line of a character starts with."""
        line = self.text[self.line_start(offset) : self.text.find("\n", offset) + 1 or None]
        return line[: len(line) - len(line.lstrip(" \t"))]

    def call_at(self, place: Place) -> ast.Call | None:
        """The one call that starts at a place."""
        if not 1 <= place.line < len(self._starts):
            return None
        found = self._calls.get(self._starts[place.line - 1] + place.column - 1, [])
        return found[0] if len(found) == 1 else None

    def parent(self, node: ast.AST) -> ast.AST | None:
        """The node around a node."""
        return self._parents.get(node)

    def scope(self, node: ast.AST) -> ast.AST | None:
        """The innermost function, lambda or class around a node."""
        current = self._parents.get(node)
        while current is not None and not isinstance(current, SCOPES):
            current = self._parents.get(current)
        return current

    def edit(self, path: str, change: Change) -> Edit:
        """A change as others apply it: lines from 1, UTF-8 byte columns from 0."""
        start, end, text = change
        return Edit(path, self._position(start), self._position(end), text)

    def _position(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        before = self.text[self._starts[line - 1] : offset]
        return line, len(before.encode("utf-8", "surrogatepass"))
