"""The SQLAlchemy version that a project's own files tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from safeguards.scan.versions import LOCKS, detect, newest_allowed, ranked


@pytest.mark.parametrize(
    ("specifier", "version"),
    [
        ("==2.0.36", "2.0"),
        ("===2.0.36", "2.0"),
        ("==1.4.54", "1.4"),
        ("==1.3.24", "1.4"),
        ("==2.1.9", "2.1"),
        ("==2.2.0", "2.1"),
        ("==3.0", "2.1"),
        ("==2.1.0b1", "2.1"),
        ("==2.0.*", "2.0"),
        ("==1.*", "1.4"),
        ("==2.*", "2.1"),
        ("~=1.4.0", "1.4"),
        ("~=2.0", "2.1"),
        ("~=2.0.30", "2.0"),
        (">=1.4", "2.1"),
        (">1.4", "2.1"),
        (">=1.4,<2", "1.4"),
        (">=1.4,<2.0", "1.4"),
        (">=1.4, <2.0.0", "1.4"),
        ("<2.0.5", "2.0"),
        ("<=2.0", "2.0"),
        ("<=2.0.40", "2.0"),
        ("<=1.4.99", "1.4"),
        (">=2.0,<2.1", "2.0"),
        (">=2.0,<3", "2.1"),
        (">=2.0,!=2.0.31", "2.1"),
        (">=2.0,!=2.1.*", "2.0"),
        (">=2.0,!=2.1.*,!=2.2.*", "2.0"),
        ("^2.0.25", "2.1"),
        ("^1.4", "1.4"),
        ("~2.0", "2.0"),
        ("~1.4.3", "1.4"),
        ("2.0.36", "2.0"),
        ("^1.4 || ^2.0", "2.1"),
        (">=1.4 <2.0", "1.4"),
        ("*", None),
        ("", None),
        ("latest", None),
    ],
)
def test_the_newest_version_that_a_range_lets_in(specifier: str, version: str | None) -> None:
    assert newest_allowed(specifier) == version


LOCK = """\
[[package]]
name = "flask-sqlalchemy"
version = "3.1.1"

[[package]]
name = "{name}"
version = "2.0.36"
description = "Database Abstraction Library"

[[package]]
name = "sqlalchemy-utils"
version = "0.41.2"
"""


@pytest.mark.parametrize("file", ["uv.lock", "poetry.lock", "pdm.lock", "pylock.toml"])
@pytest.mark.parametrize("name", ["sqlalchemy", "SQLAlchemy"])
def test_locks_name_the_package_itself(file: str, name: str) -> None:
    assert detect([(file, LOCK.format(name=name))]) == "2.0"
    assert detect([(file, LOCK.format(name="other"))]) is None


def test_a_lock_with_several_versions_means_the_newest() -> None:
    older = LOCK.format(name="sqlalchemy").replace("2.0.36", "1.4.54")
    assert detect([("uv.lock", older + LOCK.format(name="sqlalchemy"))]) == "2.0"


def test_pipenv_locks_are_json() -> None:
    text = '{"default": {"sqlalchemy": {"hashes": [], "version": "==1.4.54"}}, "develop": {}}'
    assert detect([("Pipfile.lock", text)]) == "1.4"
    assert detect([("Pipfile.lock", '{"develop": {"sqlalchemy": {"version": "==2.0.1"}}}')]) == (
        "2.0"
    )
    for odd in ('{"default": ["sqlalchemy"]}', '["sqlalchemy"]', "sqlalchemy", "[" * 99_999):
        assert detect([("Pipfile.lock", odd + " sqlalchemy")]) is None


@pytest.mark.parametrize(
    ("line", "version"),
    [
        ("SQLAlchemy==2.0.36", "2.0"),
        ("sqlalchemy[asyncio,mypy] == 2.0.36 ; python_version > '3.8'", "2.0"),
        ("sqlalchemy>=1.4,<2.0  # not yet", "1.4"),
        ("sqlalchemy >= 1.4, < 2.0", "1.4"),
        ("sqlalchemy (>=1.4,<2.0)", "1.4"),
        ("sqlalchemy==2.0.36 \\\n    --hash=sha256:27", "2.0"),
        ("sqlalchemy", None),
        ("sqlalchemy @ https://index.example/sqlalchemy-2.0.36.tar.gz", None),
        ("sqlalchemy-utils==0.41.2", None),
        ("flask-sqlalchemy==2.5.1", None),
        ("sqlalchemy_mixins==1.4", None),
        ("# sqlalchemy==1.4", None),
        ("-r sqlalchemy==1.4", None),
    ],
)
def test_requirements(line: str, version: str | None) -> None:
    assert detect([("requirements.txt", f"alembic==1.13\n{line}\n")]) == version
    if "\n" not in line and '"' not in line:
        text = f'[project]\ndependencies = ["alembic", "{line}"]\n'
        assert detect([("pyproject.toml", text)]) == version


@pytest.mark.parametrize(
    "text",
    [
        '[project.optional-dependencies]\ndb = ["SQLAlchemy<2.1"]',
        '[dependency-groups]\ndb = [{include-group = "x"}, "SQLAlchemy<2.1"]',
        '[tool.uv]\ndev-dependencies = ["SQLAlchemy<2.1"]',
        '[tool.pdm.dev-dependencies]\ndb = ["SQLAlchemy<2.1"]',
        '[tool.poetry.dependencies]\npython = "^3.10"\nSQLAlchemy = "~2.0"',
        '[tool.poetry.dependencies]\nsqlalchemy = {version = "<2.1", extras = ["asyncio"]}',
        '[tool.poetry.group.db.dependencies]\nsqlalchemy = "2.0.*"',
    ],
)
def test_pyproject_in_every_dialect(text: str) -> None:
    assert detect([("pyproject.toml", text)]) == "2.0"


@pytest.mark.parametrize(
    "text",
    [
        "sqlalchemy = [",
        '[project]\ndependencies = "sqlalchemy<2"',
        'project = "sqlalchemy<2"',
        '[tool.poetry.dependencies]\nsqlalchemy = {git = "https://index.example/x"}',
        '[tool.poetry]\ngroup = ["sqlalchemy"]',
        "a = " + "[" * 99_999 + "  # sqlalchemy",
    ],
)
def test_what_is_no_project_says_nothing(text: str) -> None:
    assert detect([("pyproject.toml", text)]) is None


def test_the_first_file_that_names_it_decides() -> None:
    files = [
        ("requirements.txt", "flask-sqlalchemy==3.1.1\n"),
        ("requirements-dev.txt", "sqlalchemy<2\n"),
        ("pyproject.toml", '[project]\ndependencies = ["sqlalchemy"]'),
    ]
    assert detect(files) == "1.4"
    assert detect(files[:1]) is detect([]) is None


def test_exact_files_come_before_ranges_and_others_are_not_read() -> None:
    names = [
        *("pyproject.toml", "requirements.in", "requirements-dev.txt", "requirements.txt"),
        *("requirements/base.txt", "notes.txt", "docs/requirements.txt", "poetry.lock"),
        *("yarn.lock", "uv.lock", "constraints.txt", "a/pyproject.toml", "x/uv.lock"),
    ]
    assert ranked(names) == [
        *("uv.lock", "poetry.lock", "requirements.txt", "constraints.txt"),
        *("requirements-dev.txt", "requirements/base.txt", "requirements.in", "pyproject.toml"),
    ]


@given(
    st.sampled_from([*LOCKS, "requirements.txt", "pyproject.toml"]),
    st.text(max_size=40),
    st.text(alphabet="0123456789.*<>=!~^|, v\n\"'[]", max_size=60),
)
def test_any_text_is_judged(name: str, before: str, after: str) -> None:
    assert detect([(name, f"{before}sqlalchemy{after}")]) in {None, "1.4", "2.0", "2.1"}
    assert newest_allowed(after) in {None, "1.4", "2.0", "2.1"}


def test_numbers_without_end_are_cut() -> None:
    assert newest_allowed("==2." + "0" * 9999) == "2.0"
    assert newest_allowed("<" + "1" * 9999) == "2.1"
