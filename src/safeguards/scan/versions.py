"""Which SQLAlchemy a project uses, as its lock, requirements or pyproject says. Pure."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from safeguards.scan.settings import SQLAlchemyVersion

LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "pylock.toml", "Pipfile.lock")
_REQUIREMENTS = re.compile(r"(requirements|constraints)[\w.-]*\.(txt|in)|[\w.-]+\.(txt|in)")
_LOCKED = re.compile(r'^name = "sqlalchemy"\s*\nversion = "([^"]+)"', re.MULTILINE | re.IGNORECASE)
_REQUIRED = re.compile(
    r"^\s*sqlalchemy\s*(?:\[[^\]]*\])?\s*\(?\s*([^;#\s,)]*(?:\s*,?\s*[\d.*<>=!~^]+)*)",
    re.IGNORECASE,
)
_BOUND = re.compile(
    r"(?<![\w.])(===|==|~=|<=|>=|!=|<|>|\^|~|=|)\s*v?(\d{1,9}(?:\.\d{1,9})*)(\.\*)?"
)

_Version = tuple[int, ...]


def ranked(names: Iterable[str]) -> list[str]:
    """The file names of one folder that may tell the version, the most exact first.

    `requirements/base.txt` counts as a name of the folder that holds `requirements`.
    """
    return sorted((name for name in names if _rank(name) is not None), key=_order)


def detect(files: Iterable[tuple[str, str]]) -> SQLAlchemyVersion | None:
    """What the first of the files (name, text) that names SQLAlchemy says; None without any.

    Text that is not what its name promises says nothing. A range means its newest version.
    """
    for name, text in files:
        if "sqlalchemy" in text.lower():
            found = [v for v in _told(name.rpartition("/")[2], text) if v is not None]
            if found:
                return max(found)
    return None


def _order(name: str) -> tuple[int, bool, str]:
    return _rank(name) or 0, name != "requirements.txt", name


def _rank(name: str) -> int | None:
    folder, _, base = name.rpartition("/")
    if base in LOCKS and not folder:
        return LOCKS.index(base)
    if base == "pyproject.toml" and not folder:
        return len(LOCKS) + 2
    matched = _REQUIREMENTS.fullmatch(base)
    if matched and (matched[1] if not folder else folder == "requirements"):
        return len(LOCKS) + base.endswith(".in")
    return None


def _told(name: str, text: str) -> Iterator[SQLAlchemyVersion | None]:
    if name == "Pipfile.lock":
        yield from map(newest_allowed, _pipfile(text))
    elif name in LOCKS:
        yield from (newest_allowed(f"=={version}") for version in _LOCKED.findall(text))
    elif name == "pyproject.toml":
        yield from map(newest_allowed, _pyproject(text))
    else:
        yield from map(newest_allowed, filter(None, map(_specifier, text.splitlines())))


def newest_allowed(specifier: str) -> SQLAlchemyVersion | None:
    """The newest judged version that `>=1.4,<2.1`, `^2.0` or `==2.0.36` lets in; None if unclear.

    What is older than 1.4 is judged as 1.4.
    """
    if specifier.strip() in {"", "*"}:
        return None
    if "||" in specifier:
        return max((v for v in map(newest_allowed, specifier.split("||")) if v), default=None)
    ceiling: _Version = (9999,)
    for operator, version, wildcard in _BOUND.findall(specifier):
        if (bound := _ceiling(operator, version, bool(wildcard))) is not None:
            ceiling = min(ceiling, bound)
    if not _BOUND.search(specifier):
        return None
    return "1.4" if ceiling <= (2, 0) else "2.0" if ceiling <= (2, 1) else "2.1"


def _ceiling(operator: str, text: str, wildcard: bool) -> _Version | None:
    """The first version that the bound shuts out above, or None for one that shuts out below."""
    version = tuple(int(part) for part in text.split("."))
    if operator == "<":
        return _plain(version)
    if operator == "<=":
        return (*version, 1)
    if operator in {"==", "===", "=", ""}:
        return _next(version) if wildcard else (*version, 1)
    if operator == "~=":
        return _next(version[:-1] or version)
    if operator == "^":
        return (version[0] + 1,)
    if operator == "~":
        return _next(version[:2])
    return _plain(version) if operator == "!=" and wildcard and version[:2] >= (2, 1) else None


def _next(version: _Version) -> _Version:
    return (*version[:-1], version[-1] + 1)


def _plain(version: _Version) -> _Version:
    """Without trailing zeros beyond the minor: 2.0.0 is 2.0, so that `<2.0.0` shuts out 2.0."""
    while len(version) > 2 and version[-1] == 0:
        version = version[:-1]
    return version if len(version) > 1 else (*version, 0)


def _specifier(requirement: str) -> str | None:
    """The version part of a requirement of SQLAlchemy itself, or None."""
    matched = _REQUIRED.match(requirement)
    if matched is None or matched[1].lstrip("(")[:1] not in tuple("<>=!~^"):
        return None
    return matched[1]


def _pipfile(text: str) -> Iterator[str]:
    try:
        document = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return
    for section in ("default", "develop"):
        entry = _at(document, section, "sqlalchemy")
        version = _at(entry, "version")
        if isinstance(version, str):
            yield version


def _pyproject(text: str) -> Iterator[str]:
    if sys.version_info >= (3, 11):  # not at the top: an unchanged scan seldom comes here
        import tomllib
    else:
        import tomli as tomllib

    try:
        document = tomllib.loads(text)
    except (ValueError, RecursionError):
        return
    project = _at(document, "project")
    lists = [_at(project, "dependencies"), *_values(_at(project, "optional-dependencies"))]
    lists += _values(_at(document, "dependency-groups"))
    lists += [_at(document, "tool", "uv", "dev-dependencies")]
    lists += _values(_at(document, "tool", "pdm", "dev-dependencies"))
    for each in lists:
        for requirement in each if isinstance(each, list) else ():
            if isinstance(requirement, str) and (found := _specifier(requirement)):
                yield found
    poetry = _at(document, "tool", "poetry")
    tables = [_at(poetry, "dependencies"), _at(poetry, "dev-dependencies")]
    tables += [_at(group, "dependencies") for group in _values(_at(poetry, "group"))]
    for table in tables:
        yield from _poetry(table)


def _poetry(table: Any) -> Iterator[str]:
    for name, wanted in table.items() if isinstance(table, dict) else ():
        if name.lower() == "sqlalchemy":
            version = _at(wanted, "version") if isinstance(wanted, dict) else wanted
            if isinstance(version, str):
                yield version


def _at(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _values(value: Any) -> list[Any]:
    return list(value.values()) if isinstance(value, dict) else []
