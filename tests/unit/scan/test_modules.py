from __future__ import annotations

import pytest

from safeguards.scan.modules import ModuleIndex

SRC = {"src/shop/__init__.py", "src/shop/a.py", "src/shop/sub/__init__.py", "tests/t.py"}
APPS = {"one/models.py", "one/x.py", "two/models.py", "two/deep/y.py"}


@pytest.mark.parametrize(
    ("paths", "name", "importer", "expected"),
    [
        (SRC, "shop.a", "tests/t.py", "src/shop/a.py"),
        (SRC, "shop", "tests/t.py", "src/shop/__init__.py"),
        (SRC, "shop.sub", "tests/t.py", "src/shop/sub/__init__.py"),
        (SRC, "src.shop.a", "tests/t.py", "src/shop/a.py"),
        (SRC, "a", "src/shop/sub/__init__.py", None),
        (SRC, "sub", "src/shop/a.py", None),
        (SRC, "shop.b", "src/shop/a.py", None),
        (SRC, "other.a", "tests/t.py", None),
        ({"shop/a.py", "run.py"}, "shop.a", "run.py", "shop/a.py"),
        ({"ns/shop/a.py", "run.py"}, "ns.shop.a", "run.py", "ns/shop/a.py"),
        ({"ns/shop/__init__.py", "run.py"}, "shop", "run.py", "ns/shop/__init__.py"),
        ({"scripts/a.py", "scripts/b.py"}, "a", "scripts/b.py", "scripts/a.py"),
        (APPS, "models", "one/x.py", "one/models.py"),
        (APPS, "models", "two/deep/y.py", "two/models.py"),
        (APPS, "models", "main.py", "one/models.py"),
        (APPS, "two.models", "one/x.py", "two/models.py"),
        ({"a.py", "a/__init__.py"}, "a", "b.py", "a/__init__.py"),
        ({"a.py"}, "", "b.py", None),
        ({"a.py"}, "..", "b.py", None),
        (set(), "a", "b.py", None),
        ({"sqlalchemy/__init__.py", "sqlalchemy/orm/__init__.py"}, "sqlalchemy", "b.py", None),
        ({"x/sqlalchemy/orm/__init__.py"}, "sqlalchemy.orm", "x/b.py", None),
        ({"sqlalchemy/__init__.py"}, "sqlalchemy", "b.py", "sqlalchemy/__init__.py"),
        ({"sqlmodel/__init__.py", "sqlmodel/main.py"}, "sqlmodel", "b.py", None),
        ({"typing_extensions.py"}, "typing_extensions", "b.py", None),
        ({"alembic/env.py"}, "alembic.env", "b.py", "alembic/env.py"),
    ],
)
def test_find(paths: set[str], name: str, importer: str, expected: str | None) -> None:
    assert ModuleIndex(paths).find(name, importer) == expected


@pytest.mark.parametrize(
    "package", ["sqlalchemy", "sqlmodel", "flask_sqlalchemy", "typing", "enum"]
)
def test_a_file_deep_in_the_project_does_not_shadow_a_library(package: str) -> None:
    deep = {f"app/{package}.py", f"lib/{package}/__init__.py", "app/models.py"}
    assert ModuleIndex(deep).find(package, "app/models.py") is None
    top = ModuleIndex({f"{package}/__init__.py"})
    assert top.find(package, "models.py") == f"{package}/__init__.py"


@pytest.mark.parametrize(
    ("roots", "name", "expected"),
    [
        ((), "app.models", None),
        (("backend",), "app.models", "backend/app/models.py"),
        (("./backend/",), "app.models", "backend/app/models.py"),
        (("backend",), "backend.app.models", "backend/app/models.py"),
        (("backend",), "same", "backend/same.py"),
        ((), "same", "front/same.py"),
    ],
)
def test_source_roots_start_names_even_inside_a_package(
    roots: tuple[str, ...], name: str, expected: str | None
) -> None:
    paths = {"backend/__init__.py", "backend/app/__init__.py", "backend/app/models.py"}
    index = ModuleIndex(paths | {"backend/same.py", "front/same.py"}, roots)
    assert index.find(name, "front/main.py") == expected


RELATIVE = {"p/__init__.py", "p/a.py", "p/q/__init__.py", "p/q/b.py", "p/q/r/c.py", "top.py"}


@pytest.mark.parametrize(
    ("name", "level", "importer", "expected"),
    [
        ("a", 1, "p/__init__.py", "p/a.py"),
        ("", 1, "p/a.py", "p/__init__.py"),
        ("q", 1, "p/a.py", "p/q/__init__.py"),
        ("q.b", 1, "p/a.py", "p/q/b.py"),
        ("", 2, "p/q/b.py", "p/__init__.py"),
        ("a", 2, "p/q/b.py", "p/a.py"),
        ("a", 2, "p/q/__init__.py", "p/a.py"),
        ("a", 3, "p/q/r/c.py", "p/a.py"),
        ("top", 4, "p/q/r/c.py", "top.py"),
        ("top", 1, "top.py", "top.py"),
        ("top", 5, "p/q/r/c.py", None),
        ("nothing", 1, "p/a.py", None),
        ("q.r", 1, "p/a.py", None),
    ],
)
def test_find_relative(name: str, level: int, importer: str, expected: str | None) -> None:
    assert ModuleIndex(RELATIVE).find_relative(name, level, importer) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("p/q/b.py", "p.q.b"),
        ("p/q/__init__.py", "p.q"),
        ("p/q/r/c.py", "c"),
        ("top.py", "top"),
        ("__init__.py", ""),
    ],
)
def test_dotted_starts_at_the_first_folder_that_is_no_package(path: str, expected: str) -> None:
    assert ModuleIndex(RELATIVE).dotted(path) == expected


def test_submodules_belong_to_packages() -> None:
    index = ModuleIndex(RELATIVE)
    assert index.submodule("p/__init__.py", "a") == "p/a.py"
    assert index.submodule("p/__init__.py", "q") == "p/q/__init__.py"
    assert index.submodule("p/__init__.py", "b") is None
    assert index.submodule("p/a.py", "q") is None


@pytest.mark.parametrize(
    ("roots", "path", "expected"),
    [
        (["."], "p/q/r/c.py", "p.q.r.c"),
        (["."], "p/q/b.py", "p.q.b"),
        ([".", "p/q"], "p/q/r/c.py", "r.c"),
        (["p/q/r"], "p/q/r/c.py", "c"),
        (["p/q"], "p/q/b.py", "p.q.b"),
        (["other"], "p/q/r/c.py", "c"),
    ],
)
def test_dotted_starts_at_a_source_root_around_the_packages(
    roots: list[str], path: str, expected: str
) -> None:
    assert ModuleIndex(RELATIVE, roots).dotted(path) == expected
