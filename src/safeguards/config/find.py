"""Which file holds the configuration, over a small reader of files, so that a commit works too."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import PurePath, PurePosixPath
from typing import TYPE_CHECKING

import msgspec

from safeguards.errors import ConfigError

if TYPE_CHECKING:
    from safeguards.config.load import Table
    from safeguards.config.schema import Config

Read = Callable[[PurePath], bytes | None]
"""A file's bytes, or None when there is no such file."""

NAMES: tuple[tuple[str, Table], ...] = (
    ("safeguards.toml", "safeguards"),
    ("pyproject.toml", "pyproject"),
)


class Found(msgspec.Struct, frozen=True):
    """A configuration and where it stands; paths in it are relative to `folder`."""

    path: PurePath
    folder: PurePath
    config: Config


def find(start: PurePath, top: PurePath | None, read: Read) -> Found | None:
    """The nearest configuration from `start` upwards to `top`, or None.

    `start` and `top` are of one kind, absolute or not; without `top` the search ends at the root.
    In one folder safeguards.toml wins over pyproject.toml, and a pyproject.toml without the table
    does not count. Raises `ConfigError` for a file that counts and is wrong.
    """
    for folder in _upwards(start, top):
        for name, table in NAMES:
            origin = name if folder == start else str(folder / name)
            found = _read_config(folder / name, origin, table, read)
            if found is not None:
                return found
    return None


def find_in(files: Mapping[str, bytes], start: str = "") -> Found | None:
    """As `find`, in a commit: `files` maps POSIX paths from its top to bytes."""
    return find(PurePosixPath(start), PurePosixPath(), lambda path: files.get(path.as_posix()))


def open_config(path: PurePath, read: Read) -> Found:
    """The configuration in a file that the user named; raises `ConfigError` when it has none."""
    table: Table = "pyproject" if path.name == "pyproject.toml" else "safeguards"
    found = _read_config(path, str(path), table, read)
    if found is not None:
        return found
    if table == "pyproject" and read(path) is not None:
        raise ConfigError(
            f"{path}: has no [tool.safeguards] table",
            hint=f"add [tool.safeguards.…] tables to {path}, or name another file with --config",
        )
    raise ConfigError(f"{path}: no such file", hint="name an existing file with --config")


def _upwards(start: PurePath, top: PurePath | None) -> Iterator[PurePath]:
    for folder in (start, *start.parents):
        yield folder
        if folder == top:
            return


def _read_config(path: PurePath, origin: str, table: Table, read: Read) -> Found | None:
    content = read(path)
    # A pyproject without the word is not ours, and whether it is valid is not our business.
    if content is None or (table == "pyproject" and b"safeguards" not in content):
        return None
    # Where there is no configuration, its schema is not loaded: a tenth of an unchanged scan.
    from safeguards.config.load import decode, read_table

    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            f"{origin}: not UTF-8 (line {line})", hint=f"save {origin} as UTF-8"
        ) from None
    section = read_table(text, origin, table)
    if section is None:
        return None
    return Found(path, path.parent, decode(section, origin))
