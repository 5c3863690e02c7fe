"""Imports follow the table of `rules.py`; the outside world has one door."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

import pytest
from tests.arch.rules import (
    BASE,
    BASE_LIBRARIES,
    CLIENTS,
    EDGES,
    IO_METHODS,
    IO_NAMES,
    PURE,
    TYPING_EDGES,
)
from tests.arch.source import Import, Module, modules, room_of


def test_every_room_is_in_the_table() -> None:
    rooms = {module.room for module in modules()}
    assert rooms <= set(EDGES) | {"cli"}


def test_rooms_import_only_along_the_table() -> None:
    assert [edge for module in modules() for edge in _forbidden_edges(module)] == []


def test_the_table_refuses_what_it_should() -> None:
    module = next(each for each in modules() if each.room == "scan")
    assert not _may_import(module, Import("safeguards.system.git", 1, lazy=True, typing_only=False))
    assert not _may_import(module, Import("safeguards.cli.main", 1, lazy=False, typing_only=True))
    assert _may_import(module, Import("safeguards.system.git", 1, lazy=False, typing_only=True))
    assert _may_import(module, Import("safeguards.errors", 1, lazy=False, typing_only=False))


def test_libraries_are_imported_only_where_the_table_says() -> None:
    assert [each for module in modules() for each in _forbidden_libraries(module)] == []


def test_system_modules_have_one_client_each() -> None:
    several = {
        str(module): clients
        for module in modules()
        if module.room == "system" and len(clients := _clients(module)) > 1
    }
    assert several == {}


def test_heavy_libraries_are_imported_lazily() -> None:
    heavy = {"docker", "httpx", "sqlalchemy", "alembic", "git", "psycopg", "pymysql", "rich"}
    eager = [
        f"{module}:{each.line}: {each.module}"
        for module in modules()
        for each in module.imports
        if each.top in heavy and not (each.lazy or each.typing_only)
    ]
    assert eager == []


def test_only_system_touches_the_outside_world() -> None:
    touches = [
        f"{module}:{line}: {name}"
        for module in modules()
        if module.room not in {"system", "cli"}
        for line, name in _io(module.tree)
    ]
    assert touches == []


def test_cli_reads_no_files_and_no_environment_by_itself() -> None:
    touches = [
        f"{module}:{line}: {name}"
        for module in modules()
        if module.room == "cli"
        for line, name in _io(module.tree)
    ]
    assert touches == []


def test_pure_rooms_do_not_import_the_operating_system() -> None:
    impure = {"os", "threading", "concurrent", "asyncio", "signal", "select", "http", "ssl"}
    found = [
        f"{module}:{each.line}: {each.module}"
        for module in modules()
        if module.room in PURE
        for each in module.imports
        if each.top in impure and not each.typing_only
    ]
    assert found == []


@pytest.mark.parametrize("lazy", [False, True], ids=["at module level", "with lazy imports"])
def test_no_cycles(lazy: bool) -> None:
    graph = {
        module.name: {
            each.module
            for each in module.imports
            if each.top == "safeguards" and not each.typing_only and (lazy or not each.lazy)
        }
        for module in modules()
    }
    # `cli.main` imports the verbs by name and they never import it, so no edge is missing here.
    assert _cycle(graph) == []


def _forbidden_edges(module: Module) -> Iterator[str]:
    for each in module.imports:
        if each.top == "safeguards" and not _may_import(module, each):
            yield f"{module}:{each.line} imports {each.module}"


def _may_import(module: Module, wanted: Import) -> bool:
    room = room_of(wanted.module)
    if module.room == "cli" or room in BASE | {"", module.room}:
        return True
    allowed = EDGES[module.room] | (TYPING_EDGES if wanted.typing_only else frozenset())
    return room in allowed


def _forbidden_libraries(module: Module) -> Iterator[str]:
    for each in module.imports:
        if each.typing_only or each.top in {"safeguards", "__future__"}:
            continue
        places = CLIENTS.get(each.module) or CLIENTS.get(each.top)
        if places is None:
            allowed = each.top in sys.stdlib_module_names or each.top in BASE_LIBRARIES
        else:
            allowed = any(_is_at(str(module), place) for place in places.split())
        if not allowed:
            yield f"{module}:{each.line} imports {each.module}"


def _is_at(path: str, place: str) -> bool:
    return path.startswith(place) if place.endswith("/") else path == place


def _clients(module: Module) -> set[str]:
    return {
        each.top
        for each in module.imports
        if each.top not in sys.stdlib_module_names | BASE_LIBRARIES | {"safeguards"}
    }


def _io(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            if node.func.id in IO_NAMES:
                yield node.lineno, node.func.id
        elif isinstance(node, ast.Attribute):
            name = ast.unparse(node)
            if name in IO_NAMES or node.attr in IO_METHODS:
                yield node.lineno, name


def _cycle(graph: dict[str, set[str]]) -> list[str]:
    """One import cycle as a path, or nothing."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done or name not in graph:
            return []
        for following in sorted(graph[name]):
            if found := walk(following, [*path, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := walk(name, []))), [])
