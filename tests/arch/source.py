"""The product's own source as the architecture tests see it: files, imports, functions."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import msgspec
from tests.support.shell import ROOT

PACKAGE = ROOT / "src" / "safeguards"
WORKER = PACKAGE / "probe" / "worker"
"""What runs in the interpreter of another project, where nothing of ours can be imported."""

INSIDE = PACKAGE / "sync" / "inside"
"""What runs in the image of another project, likewise."""

DATA = (PACKAGE / "demo" / "app", PACKAGE / "demo" / "changes", WORKER, INSIDE)
"""Folders whose Python files are material that the product hands out, not code of its own."""


class Import(msgspec.Struct, frozen=True):
    """One import: the module as written in full, and when it happens."""

    module: str
    line: int
    lazy: bool
    typing_only: bool

    @property
    def top(self) -> str:
        """The distribution-level name."""
        return self.module.split(".")[0]


class Module(msgspec.Struct, frozen=True):
    """A file of the package; `name` is dotted, `room` the folder or module below the package."""

    path: Path
    name: str
    tree: ast.Module
    lines: int
    imports: tuple[Import, ...]

    @property
    def room(self) -> str:
        """`scan` of safeguards.scan.engine, `errors` of safeguards.errors, "" of the package."""
        return room_of(self.name)

    def __str__(self) -> str:
        return str(self.path.relative_to(PACKAGE))


def room_of(name: str) -> str:
    """The room of a dotted name below the package."""
    return ([*name.split("."), ""])[1]


@cache
def modules() -> tuple[Module, ...]:
    """Every Python file of the package that is its own code."""
    paths = [path for path in sorted(PACKAGE.rglob("*.py")) if not set(DATA) & set(path.parents)]
    found = tuple(_read(path) for path in paths)
    assert len(found) > 10, f"no package at {PACKAGE}"
    return found


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def _read(path: Path) -> Module:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text, str(path))
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    imports = tuple(_imports(tree, lazy=False, typing_only=False))
    return Module(path, name, tree, len(text.splitlines()), imports)


def _imports(node: ast.AST, *, lazy: bool, typing_only: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            for alias in child.names:
                yield Import(alias.name, child.lineno, lazy, typing_only)
        elif isinstance(child, ast.ImportFrom):
            assert child.level == 0, f"relative import in line {child.lineno}"
            yield from _from(child, lazy=lazy, typing_only=typing_only)
        else:
            yield from _imports(
                child,
                lazy=lazy or isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef),
                typing_only=typing_only or _is_typing_block(child),
            )


def _from(node: ast.ImportFrom, *, lazy: bool, typing_only: bool) -> Iterator[Import]:
    """`from package import name` counts as package.name where that is a module of ours."""
    module = node.module or ""
    submodules = [f"{module}.{alias.name}" for alias in node.names]
    ours = [name for name in submodules if _exists(name)]
    for name in ours:
        yield Import(name, node.lineno, lazy, typing_only)
    if len(ours) < len(submodules):
        yield Import(module, node.lineno, lazy, typing_only)


def _exists(name: str) -> bool:
    path = PACKAGE.parent.joinpath(*name.split("."))
    return path.with_suffix(".py").exists() or (path / "__init__.py").exists()


def _is_typing_block(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) in (
        "TYPE_CHECKING",
        "typing.TYPE_CHECKING",
    )
