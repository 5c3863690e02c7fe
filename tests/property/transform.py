"""Ways to write the same project differently. Python and SQLAlchemy cannot tell them apart."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Callable, Mapping

from tests.support.scan_case import scan_files

from safeguards.scan.settings import ScanSettings

Files = Mapping[str, str]
Verdict = list[tuple[str, str, str | None, str | None]]


def verdict(files: Files, settings: ScanSettings | None = None) -> Verdict:
    """What is found, without where: rule, severity, model and relationship."""
    result = scan_files({path: text.encode() for path, text in files.items()}, settings)
    found = ((f.rule, f.severity, f.model, f.relationship) for f in result.findings)
    return sorted(found, key=repr)


def in_each_file(change: Callable[[ast.Module], ast.Module]) -> Callable[[Files], Files]:
    """A change of syntax trees as a change of projects; layout and comments are lost with it."""

    def changed(files: Files) -> Files:
        trees = {path: change(ast.parse(text)) for path, text in files.items()}
        return {path: ast.unparse(ast.fix_missing_locations(tree)) for path, tree in trees.items()}

    return changed


@in_each_file
def unparsed(tree: ast.Module) -> ast.Module:
    """Layout and comments."""
    return tree


@in_each_file
def aliased(tree: ast.Module) -> ast.Module:
    """`from sqlalchemy.orm import relationship` → `import sqlalchemy.orm as x; x.relationship`."""
    once = {name for name, times in Counter(_bound_names(tree)).items() if times == 1}
    homes: dict[str, ast.expr] = {}
    modules: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and not node.level and node.module != "__future__":
            alias = modules.setdefault(node.module or "", f"imported_{len(modules)}")
            for name in node.names:
                if (name.asname or name.name) in once and name.name != "*":
                    homes[name.asname or name.name] = ast.Attribute(ast.Name(alias), name.name)
    homes = {name: home for name, home in homes.items() if name != "TYPE_CHECKING"}
    imports = [ast.Import([ast.alias(module, alias)]) for module, alias in modules.items()]
    future = [n for n in tree.body if isinstance(n, ast.ImportFrom) and n.module == "__future__"]
    rest = [_Rename(homes).visit(node) for node in tree.body if node not in future]
    return ast.Module([*future, *imports, *rest], [])


@in_each_file
def renamed_imports(tree: ast.Module) -> ast.Module:
    """`from sqlalchemy import Column` → `from sqlalchemy import Column as Column_1`."""
    once = {name for name, times in Counter(_bound_names(tree)).items() if times == 1}
    homes: dict[str, ast.expr] = {}
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sqlalchemy"):
            for name in [*node.names]:
                if name.asname is None and name.name in once:
                    homes[name.name] = ast.Name(f"{name.name}_1")
                    node.names.append(ast.alias(name.name, f"{name.name}_1"))
    return ast.Module([_Rename(homes).visit(node) for node in tree.body], [])


@in_each_file
def star_imported(tree: ast.Module) -> ast.Module:
    """`from sqlalchemy import Column` → `from sqlalchemy import *`."""
    stars: list[ast.stmt] = []
    start = next((i for i, n in enumerate(tree.body) if not _is_header(n)), len(tree.body))
    for node in tree.body:
        if isinstance(node, ast.ImportFrom) and node.module in {"sqlalchemy", "sqlalchemy.orm"}:
            kept = [name for name in node.names if name.asname or name.name == "orm"]
            if kept:
                stars.append(ast.ImportFrom(node.module, [ast.alias("*")], 0))
            node.names = kept or [ast.alias("*")]
    return ast.Module([*tree.body[:start], *stars, *tree.body[start:]], [])


@in_each_file
def postponed_annotations(tree: ast.Module) -> ast.Module:
    """`from __future__ import annotations`."""
    future = ast.ImportFrom("__future__", [ast.alias("annotations")], 0)
    start = 1 if ast.get_docstring(tree) is not None else 0
    return ast.Module([*tree.body[:start], future, *tree.body[start:]], [])


@in_each_file
def quoted_annotations(tree: ast.Module) -> ast.Module:
    """`a: Mapped[B]` → `a: "Mapped[B]"`."""
    return _Quote().visit(tree)


@in_each_file
def under_a_condition(tree: ast.Module) -> ast.Module:
    """Each class inside `if True:`, as in a module that checks its version."""
    body = [
        ast.If(ast.Constant(True), [n], []) if isinstance(n, ast.ClassDef) else n for n in tree.body
    ]
    return ast.Module(body, [])


def moved(files: Files) -> Files:
    """The whole project one folder deeper, with a file of its own beside it."""
    return {f"backend/src/{path}": text for path, text in files.items()} | {"setup.py": "x = 1\n"}


def split(files: Files) -> Files:
    """`models.py` in two: the first half in a module of its own, handed on by a third."""
    (path, text), *others = files.items()
    tree = ast.parse(text)
    cut = _cut(tree.body)
    if others or cut is None:
        return files
    names = sorted({*_bound_names(_without_bodies(tree.body[:cut]))})
    bodies = {
        "first_half.py": tree.body[:cut],
        "hub.py": [ast.ImportFrom("first_half", [ast.alias(name, name) for name in names], 0)],
        path: [ast.ImportFrom("hub", [ast.alias(name) for name in names], 0), *tree.body[cut:]],
    }
    trees = {name: ast.Module(body, []) for name, body in bodies.items()}
    return {name: ast.unparse(ast.fix_missing_locations(each)) for name, each in trees.items()}


def _cut(body: list[ast.stmt]) -> int | None:
    """Where a module can be cut: what comes before uses nothing of what comes after."""
    classes = [i for i, node in enumerate(body) if isinstance(node, ast.ClassDef)]
    for cut in classes[len(classes) // 2 :]:
        later = {*_bound_names(ast.Module(body[cut:], []))}
        earlier = ast.Module(body[:cut], [])
        used = {n.id for n in ast.walk(earlier) if isinstance(n, ast.Name)}
        futures = any(isinstance(n, ast.ImportFrom) and n.module == "__future__" for n in body)
        stars = any(isinstance(n, ast.ImportFrom) and n.names[0].name == "*" for n in body)
        if not (later & used) and not futures and not stars:
            return cut
    return None


def _is_header(node: ast.stmt) -> bool:
    is_docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return is_docstring or isinstance(node, ast.Import | ast.ImportFrom)


def _bound_names(tree: ast.AST) -> list[str]:
    """Every name that is bound anywhere in a module, once for each time."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom | ast.Import):
            found += [(a.asname or a.name).split(".", 1)[0] for a in node.names]
        elif isinstance(node, ast.ClassDef | ast.FunctionDef):
            found.append(node.name)
        elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
            found.append(node.id)
        elif isinstance(node, ast.arg):
            found.append(node.arg)
    return found


def _without_bodies(body: list[ast.stmt]) -> ast.Module:
    """The same statements, classes and functions empty: what they bind is their own."""
    tree = ast.parse(ast.unparse(ast.fix_missing_locations(ast.Module(body, []))))
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef):
            node.body = [ast.Pass()]
    return tree


class _Rename(ast.NodeTransformer):
    def __init__(self, homes: Mapping[str, ast.expr]) -> None:
        self._homes = homes

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self._homes.get(node.id, node) if isinstance(node.ctx, ast.Load) else node


class _Quote(ast.NodeTransformer):
    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AnnAssign:
        if not isinstance(node.annotation, ast.Constant):
            node.annotation = ast.Constant(ast.unparse(node.annotation))
        return node


def renamed_files(files: Files, names: Mapping[str, str]) -> Files:
    """Modules at the top under other names, and the imports of them with it."""

    def change(tree: ast.Module) -> ast.Module:
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module in names:
                node.module = names[node.module]
        return tree

    changed = in_each_file(change)(files)
    return {f"{names[path.removesuffix('.py')]}.py": text for path, text in changed.items()}
