from __future__ import annotations

from pathlib import Path

import pytest

from safeguards.system.project import Project
from safeguards.system.sources import Collected, is_source, judged, under

FILES = Collected({"app/a.py": b"", "app/gen/b.py": b"", "lib/c.py": b""}, {"app/bad.py": "closed"})


def project(*named: str) -> Project:
    return Project(Path("/p"), Path("/p/app"), None, named)


@pytest.mark.parametrize(
    ("named", "include", "exclude", "expected"),
    [
        ((), [], [], None),
        ((".",), [], [], None),
        ((".", "lib"), ["app"], [], None),
        ((), ["app"], [], {"app/a.py", "app/bad.py", "app/gen/b.py"}),
        ((), ["app"], ["**/gen/**"], {"app/a.py", "app/bad.py"}),
        ((), [], ["app"], {"lib/c.py"}),
        ((), ["nothing/here"], [], set()),
        ((".",), ["lib"], ["app/*"], {"lib/c.py"}),
        (("lib",), ["app"], [], {"lib/c.py"}),
        (("app",), [], ["**/gen/**"], {"app/a.py", "app/bad.py"}),
        (("app/gen/b.py",), [], ["**/gen/**"], {"app/gen/b.py"}),
        (("app/bad.py",), [], [], {"app/bad.py"}),
    ],
)
def test_judged(
    named: tuple[str, ...], include: list[str], exclude: list[str], expected: set[str] | None
) -> None:
    assert judged(project(*named), FILES, include=include, exclude=exclude) == expected


@pytest.mark.parametrize(
    ("path", "named", "expected"),
    [
        ("app/a.py", (), True),
        ("app/a.pyi", (), False),
        ("app/.#a.py", (), False),
        (".ci/a.py", (), True),
        ("app/script", (), False),
        ("app/script", ("app/script",), True),
        ("app/.a.py", ("app/.a.py",), True),
    ],
)
def test_is_source(path: str, named: tuple[str, ...], expected: bool) -> None:
    assert is_source(path, named) is expected


def test_under_means_names_not_prefixes() -> None:
    assert under("app/a.py", ["app"])
    assert under("app", ["app"])
    assert under("x/y", ["."])
    assert not under("application/a.py", ["app"])
    assert not under("app", [])


def test_display_is_relative_to_the_current_folder() -> None:
    assert project().display("app/a.py") == "a.py"
    assert project().display("lib/c.py") == "../lib/c.py"
