"""Alembic's settings as text: where the revision files of an environment lie."""

from __future__ import annotations

import configparser
import posixpath

import msgspec

from safeguards.errors import ConfigError


class Environment(msgspec.Struct, frozen=True):
    """An Alembic environment; folders are POSIX paths, relative ones to `workdir`."""

    script_location: str
    version_locations: tuple[str, ...]
    """Folders that hold revision files, without their subfolders unless `recursive`."""
    recursive: bool = False


def read_ini(text: str, *, path: str, workdir: str = "") -> Environment:
    """The environment that `alembic.ini` at `path` describes, when `alembic` runs in `workdir`.

    Raises `ConfigError` when the file is no settings file, has no `script_location`, or points
    into an installed package (`package:folder`), which only Alembic itself can find.
    """
    here = posixpath.relpath(posixpath.join("/", posixpath.dirname(path)), f"/{workdir}")
    parser = configparser.ConfigParser({"here": here.replace("%", "%%")})
    try:
        parser.read_string(text)
        section = parser["alembic"]
        location = section.get("script_location", "")
        listed = section.get("version_locations", "")
        separator = section.get("path_separator") or section.get("version_path_separator") or ""
        recursive = section.get("recursive_version_locations", "false").strip().lower() == "true"
    except (configparser.Error, KeyError) as error:
        raise ConfigError(f"{path} is not an Alembic configuration: {error}") from None
    if not location:
        raise ConfigError(f"{path} has no script_location")
    if ":" in location or (":" in listed and separator.strip() not in (":", "os")):
        raise ConfigError(f"{path} points into an installed package: {location}")
    script = _join(workdir, location)
    folders = tuple(_join(workdir, folder) for folder in _split(listed, separator.strip()))
    return Environment(script, folders or (posixpath.join(script, "versions"),), recursive)


def _split(listed: str, separator: str) -> list[str]:
    marks = {"space": " ", "newline": "\n", "os": ":", ":": ":", ";": ";"}
    if separator in marks:
        parts = listed.split(marks[separator])
    else:
        parts = listed.replace(",", " ").split()
    return [part.strip() for part in parts if part.strip()]


def _join(workdir: str, folder: str) -> str:
    return posixpath.normpath(posixpath.join(workdir, folder))


def parse_heads(output: str) -> frozenset[str]:
    """The heads that `alembic heads` printed: `018 (head)`, one on each line."""
    return frozenset(
        line.split()[0] for line in output.splitlines() if line.rstrip().endswith("(head)")
    )
