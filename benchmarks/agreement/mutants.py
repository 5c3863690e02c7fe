"""Source files with one change that a person may make by mistake."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import msgspec

RELATIONSHIPS = frozenset({"relationship", "relation", "Relationship"})
COLUMNS = frozenset({"Column", "mapped_column"})
DROPPED = ("foreign_keys", "primaryjoin", "remote_side", "secondary", "secondaryjoin")
NAMED = ("foreign_keys", "primaryjoin", "remote_side", "secondaryjoin")
LAST_WORD = re.compile(r"(\.)(\w+)(?=\W*$)")


class Mutant(msgspec.Struct, frozen=True, order=True):
    """One change: its kind, the file and line, and the file's new text."""

    path: str
    line: int
    kind: str
    text: str


class Edit(msgspec.Struct, frozen=True):
    """A change that is not made yet: which bytes of a file become which text."""

    kind: str
    line: int
    start: int
    end: int
    new: str


def mutants(path: str, data: bytes) -> Iterator[Mutant]:
    """Every mutant of one file; nothing for a file that is not UTF-8 Python."""
    for edit in edits(data):
        made = mutant(path, data, edit)
        if made is not None:
            yield made


def edits(data: bytes) -> Iterator[Edit]:
    """Every change of one file; nothing for a file that is not UTF-8 Python."""
    try:
        text = data.decode("utf-8")
        tree = ast.parse(text)
    except (UnicodeDecodeError, SyntaxError):
        return
    yield from _edits(_Source(text), tree)


def mutant(path: str, data: bytes, edit: Edit) -> Mutant | None:
    """The file with this change; None when it is no Python any more."""
    changed = data[: edit.start] + edit.new.encode() + data[edit.end :]
    try:
        ast.parse(changed)
    except SyntaxError:
        return None
    return Mutant(path, edit.line, edit.kind, changed.decode())


class _Source:
    """Byte offsets of nodes."""

    def __init__(self, text: str) -> None:
        self.data = text.encode()
        self._starts = [0]
        for line in self.data.splitlines(keepends=True):
            self._starts.append(self._starts[-1] + len(line))

    def start(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        return self._starts[node.lineno - 1] + node.col_offset

    def end(self, node: ast.expr | ast.stmt | ast.keyword) -> int:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return self._starts[node.end_lineno - 1] + node.end_col_offset

    def text(self, node: ast.expr | ast.stmt) -> str:
        return self.data[self.start(node) : self.end(node)].decode()

    def without(self, kind: str, node: ast.expr | ast.keyword) -> Edit:
        """Take an argument out, with the comma that follows it."""
        end = self.end(node)
        rest = re.match(rb"\s*(#[^\n]*\n\s*)*,", self.data[end:])
        return Edit(kind, node.lineno, self.start(node), end + (rest.end() if rest else 0), "")


def _edits(source: _Source, tree: ast.Module) -> Iterator[Edit]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in RELATIONSHIPS:
            yield from _of_relationship(source, node)
        elif isinstance(node, ast.Call) and _called(node) in COLUMNS:
            yield from _of_column(source, node)
        elif isinstance(node, ast.ClassDef):
            for row in node.body:
                yield from _second_key(source, row)


def _of_relationship(source: _Source, call: ast.Call) -> Iterator[Edit]:
    for keyword in call.keywords:
        if keyword.arg in DROPPED:
            yield source.without(f"drop {keyword.arg}", keyword)
        value = keyword.value
        if not (isinstance(value, ast.Constant) and isinstance(value.value, str)):
            continue
        if keyword.arg == "back_populates":
            yield _replaced(source, "misspell back_populates", value, f"{value.value}x")
        if keyword.arg in NAMED and LAST_WORD.search(value.value):
            wrong = LAST_WORD.sub(r"\1\2x", value.value)
            yield _replaced(source, "misspell column", value, wrong)
    first = call.args[0] if call.args else None
    if isinstance(first, ast.Constant) and isinstance(first.value, str) and first.value:
        yield _replaced(source, "misspell target", first, f"{first.value}x")


def _of_column(source: _Source, call: ast.Call) -> Iterator[Edit]:
    for argument in call.args:
        if isinstance(argument, ast.Call) and _called(argument) == "ForeignKey":
            edit = source.without("drop ForeignKey", argument)
            others = [a for a in call.args if a is not argument and not _is_text(a)]
            integer = "" if others else "__import__('sqlalchemy').Integer, "
            yield Edit(edit.kind, edit.line, edit.start, edit.end, integer)


def _second_key(source: _Source, row: ast.stmt) -> Iterator[Edit]:
    """The same column again under another name, with the same foreign key."""
    target = row.targets[0] if isinstance(row, ast.Assign) else getattr(row, "target", None)
    value = getattr(row, "value", None)
    if not (isinstance(target, ast.Name) and isinstance(value, ast.Call)):
        return
    keys = [a for a in value.args if isinstance(a, ast.Call) and _called(a) == "ForeignKey"]
    if _called(value) not in COLUMNS or not keys:
        return
    first = source.text(row)
    again = f"{target.id}_again" + first[len(target.id) :]
    name = value.args[0]
    if isinstance(name, ast.Constant) and isinstance(name.value, str):
        again = again.replace(source.text(name), repr(f"{name.value}_again"), 1)
    again = re.sub(r"primary_key\s*=\s*True", "quote=None", again)
    end = source.end(row)
    yield Edit("add second key", row.lineno, end, end, f"\n{' ' * row.col_offset}{again}")


def _replaced(source: _Source, kind: str, node: ast.expr, value: str) -> Edit:
    return Edit(kind, node.lineno, source.start(node), source.end(node), repr(value))


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _called(call: ast.Call) -> str:
    func = call.func
    name = func.attr if isinstance(func, ast.Attribute) else getattr(func, "id", "")
    return str(name).lstrip("_")
