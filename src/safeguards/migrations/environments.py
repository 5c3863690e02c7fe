"""Which Alembic environments a tree of files holds, and where their revision files lie."""

from __future__ import annotations

import posixpath
import re
import sys
from collections.abc import Callable, Collection, Iterator

import msgspec

from safeguards.errors import ConfigError
from safeguards.migrations.ini import Environment, environment, read_section, sections

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Read = Callable[[str], bytes | None]
"""The content of a file of the tree; None when there is none."""

_REVISION_FILE = re.compile(r"(?!\.\#|__init__)(.*\.py)$")
"""As Alembic has it: `_only_source_rev_file` in alembic/script/base.py."""


class Found(msgspec.Struct, frozen=True):
    """An environment and the file that names it; without one, `trouble` says why."""

    config: str
    environment: Environment | None
    trouble: str = ""


def is_revision_file(path: str) -> bool:
    """Whether Alembic would load a file of this name."""
    return _REVISION_FILE.match(posixpath.basename(path)) is not None


def belongs(environment: Environment, path: str) -> bool:
    """Whether Alembic would load the file at this path as a revision of the environment."""
    folder = posixpath.dirname(path)
    if folder.endswith("__pycache__") or not is_revision_file(path):
        return False
    return any(
        folder == place
        or (environment.recursive and (place == "." or folder.startswith(f"{place}/")))
        for place in environment.version_locations
    )


def find_environments(
    paths: Collection[str], read: Read, wanted: str | None = None
) -> tuple[Found, ...]:
    """Every environment in a tree of files (project paths), each once; only that of `wanted`.

    Raises `ConfigError` when `wanted`, a file of settings, is not in the tree.
    """
    names = frozenset(paths)
    if wanted is not None and wanted not in names:
        raise ConfigError(
            f"migrations.config: there is no {wanted} in what is judged",
            hint="correct migrations.config, or commit that file",
        )
    search = _Search(names, read)
    found: dict[tuple[object, ...], Found] = {}
    for one in search.of(wanted) if wanted is not None else search.everywhere():
        at = one.environment
        key = (at.version_locations, at.recursive) if at else (one.config,)
        found.setdefault(key, one)
    return tuple(found.values())


class _Search:
    def __init__(self, names: frozenset[str], read: Read) -> None:
        self._names, self._read = names, read
        self._folders: frozenset[str] | None = None

    def everywhere(self) -> Iterator[Found]:
        """What `alembic.ini` and `pyproject.toml` files name, then environments without any."""
        claimed: set[str] = set()
        for path in sorted(self._names):
            if posixpath.basename(path) in ("alembic.ini", "pyproject.toml"):
                for one in self.of(path):
                    claimed.add(one.environment.script_location if one.environment else "")
                    yield one
        for path in sorted(self._names):
            folder = posixpath.dirname(path)
            if posixpath.basename(path) == "env.py" and folder not in claimed:
                template = posixpath.join(folder, "script.py.mako")
                versions = posixpath.join(folder, "versions")
                if template in self._names and self._has_revisions(versions):
                    yield Found(path, Environment(folder, (versions,)))

    def of(self, path: str) -> Iterator[Found]:
        """The environments that one file of settings names."""
        content = self._read(path) or b""
        if posixpath.basename(path) == "pyproject.toml":
            yield from self._in_toml(path, content)
            return
        text = content.decode("utf-8", "replace")
        try:
            named = sections(text)
            for section in named:
                yield self._settled(path, self._in_section(path, text, section))
            if not named:
                read_section(text, path=path)
                folder = posixpath.dirname(path)
                # Flask-Migrate keeps both in one folder, and names it when it calls Alembic.
                if posixpath.join(folder, "env.py") in self._names:
                    versions = posixpath.join(folder, "versions")
                    yield Found(path, Environment(folder, (versions,)))
        except ConfigError as error:
            yield Found(path, None, error.message)

    def _in_toml(self, path: str, content: bytes) -> Iterator[Found]:
        if b"alembic" not in content:
            return
        try:
            table = tomllib.loads(content.decode()).get("tool", {}).get("alembic", {})
            location, listed = table.get("script_location"), table.get("version_locations") or []
            if not isinstance(location, str):
                return

            def read(workdir: str) -> Environment:
                here = posixpath.relpath(f"/{posixpath.dirname(path)}", f"/{workdir}")
                folders = [folder % {"here": here} for folder in listed]
                recursive = table.get("recursive_version_locations") is True
                return environment(location % {"here": here}, folders, workdir, recursive=recursive)

            yield self._settled(path, read)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            yield Found(path, None, f"{path}: tool.alembic cannot be read: {error}")

    def _in_section(self, path: str, text: str, section: str) -> Callable[[str], Environment]:
        return lambda workdir: read_section(text, path=path, workdir=workdir, section=section)

    def _settled(self, path: str, read: Callable[[str], Environment]) -> Found:
        """The environment, seen from the folder in which Alembic finds it: mostly the file's."""
        folder = posixpath.dirname(path)
        first: Environment | None = None
        while True:
            found = self._unpacked(read(folder))
            if posixpath.join(found.script_location, "env.py") in self._names:
                return self._checked(path, found)
            first = first or found
            if not folder:
                return self._checked(path, first)
            folder = posixpath.dirname(folder)

    def _checked(self, path: str, found: Environment) -> Found:
        for folder in (found.script_location, *found.version_locations):
            if set(folder) & set("{}<>$"):
                return Found(path, None, f"is a template: {folder} is to be filled in")
            if ":" in folder:
                return Found(path, None, f"points into an installed package: {folder}")
            if folder.startswith(("/", "../")) or folder == "..":
                return Found(path, None, f"points out of the project: {folder}")
        return Found(path, found)

    def _unpacked(self, found: Environment) -> Environment:
        """With `package:folder` looked up among the project's own packages."""
        script = self._own_package(found.script_location)
        folders = tuple(
            posixpath.join(script, "versions")
            if folder == posixpath.join(found.script_location, "versions")
            else self._own_package(folder)
            for folder in found.version_locations
        )
        return Environment(script, folders, found.recursive)

    def _own_package(self, folder: str) -> str:
        if ":" not in folder or folder.startswith("/"):
            return folder
        package, _, rest = folder.partition(":")
        wanted = posixpath.join(package.replace(".", "/"), rest.replace(":", "/"))
        if self._folders is None:
            self._folders = frozenset(map(posixpath.dirname, self._names))
        ends = [f for f in self._folders if f == wanted or f.endswith(f"/{wanted}")]
        return min(ends, key=lambda each: (len(each), each)) if ends else folder

    def _has_revisions(self, folder: str) -> bool:
        return any(
            posixpath.dirname(path) == folder and is_revision_file(path) for path in self._names
        )
