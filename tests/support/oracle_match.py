"""Does SQLAlchemy's verdict agree with what a case says must be found?"""

from __future__ import annotations

import ast
import re

from tests.support.oracle import Fault, Verdict, Version
from tests.support.oracle_cases import Case, Expected

UNREADABLE = "SG100"
AT_IMPORT = frozenset({
    "SG104", "SG105", "SG107", "SG113", "SG116", "SG118", "SG120", "SG122",
})  # fmt: skip
"""Rules whose faults are raised while a module is imported: at the class or the call."""
OF_MIXINS = {"SG119": "must be declared as @declared_attr", "SG122": "is reserved"}
"""Rules whose faults are raised at the class that uses a mixin, and what SQLAlchemy then says."""
SYNTAX = {"SyntaxError", "IndentationError", "TabError", "UnicodeDecodeError", "ValueError"}
ROW = re.compile(r"^\s*\"\w+\": ")
"""A row of `properties={"name": relationship(…)}`: such a line names its own relationship."""


def disagreements(case: Case, version: Version, verdict: Verdict) -> list[str]:
    """Every expected error that SQLAlchemy does not raise, and every fault not expected."""
    files = case.files()
    expected = {
        e
        for e in case.expected(version) | case.ignored(version)
        if (e.severity == "error" and e.rule not in case.settings.error) or e.rule == UNREADABLE
    }
    wrong = []
    unmatched = set(expected)
    for fault in verdict.faults:
        matches = {e for e in expected if _same(e, fault, files)}
        if not matches:
            where = f"{fault.mapper}.{fault.key}" if fault.key else f"{fault.path}:{fault.line}"
            wrong.append(f"refused, not expected: {where}: {fault.exception}: {fault.message}")
        unmatched -= matches
    wrong += [f"expected, not refused: {e.path}:{e.line} {e.rule}" for e in sorted(unmatched)]
    return wrong


def _same(expected: Expected, fault: Fault, files: dict[str, bytes]) -> bool:
    if expected.rule == UNREADABLE:
        return fault.exception in SYNTAX and fault.path == expected.path
    content = files[expected.path]
    if fault.key is None and expected.rule in OF_MIXINS:
        return OF_MIXINS[expected.rule] in fault.message
    if fault.key is None:
        lines = {expected.line, _class_line(content, expected.line)}
        return expected.rule in AT_IMPORT and fault.path == expected.path and fault.line in lines
    line = content.decode().split("\n")[expected.line - 1].partition("#")[0]
    statement, owner = _enclosing(content, expected.line)
    named = _names(fault.key, line) or (
        "relationship(" in line.lower() and not ROW.search(line) and _names(fault.key, statement)
    )
    return named and (owner is None or owner in fault.classes or "backref" in statement)


def _names(key: str, text: str) -> bool:
    return re.search(rf"\b{re.escape(key)}\b", text) is not None


def _class_line(content: bytes, line: int) -> int:
    """Where the top-level class starts that covers the line; the line itself when none does."""
    for node in ast.parse(content.decode("utf-8-sig")).body:
        if isinstance(node, ast.ClassDef) and node.lineno <= line <= (node.end_lineno or line):
            return node.lineno
    return line


def _enclosing(content: bytes, line: int) -> tuple[str, str | None]:
    """The outermost statement below any class that covers the line, and that class's name."""
    text = content.decode("utf-8-sig")
    scope: ast.Module | ast.ClassDef = ast.parse(text)
    owner = None
    while True:
        for node in scope.body:
            if node.lineno <= line <= (node.end_lineno or node.lineno):
                break
        else:
            return "", owner
        if isinstance(node, ast.ClassDef) and node.lineno < line:
            scope, owner = node, node.name
            continue
        return ast.get_source_segment(text, node) or "", owner
