"""Module names and the files that they stand for."""

from __future__ import annotations

import pytest

from safeguards.probe.modules import file_of, is_module_name, roots_of

PATHS = (
    "backend/app/__init__.py",
    "backend/app/models/__init__.py",
    "backend/app/models/user.py",
    "old/backend/app/models.py",
    "top.py",
)


@pytest.mark.parametrize(
    ("module", "path", "root"),
    [
        ("app.models", "backend/app/models/__init__.py", ["backend"]),
        ("app.models.user", "backend/app/models/user.py", ["backend"]),
        ("top", "top.py", [""]),
        ("backend.app", "backend/app/__init__.py", [""]),
        ("op", None, []),
        ("app.missing", None, []),
    ],
)
def test_the_shallowest_file_is_meant(module: str, path: str | None, root: list[str]) -> None:
    assert file_of(module, PATHS) == path
    assert roots_of([module], PATHS) == root


@pytest.mark.parametrize("name", ["app", "app.models", "_a.b1", "größe"])
def test_names_of_modules(name: str) -> None:
    assert is_module_name(name)


@pytest.mark.parametrize("name", ["", ".", "app.", ".app", "app/models.py", "a-b", "-x", "a b"])
def test_what_is_no_name_of_a_module(name: str) -> None:
    assert not is_module_name(name)
