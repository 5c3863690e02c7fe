"""Alembic's settings as text: where the revision files of an environment lie."""

from __future__ import annotations

import configparser
import posixpath
from collections.abc import Iterable

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
    found = read_section(text, path=path, workdir=workdir)
    if not found.script_location:
        raise ConfigError(f"{path} has no script_location")
    packaged = [f for f in (found.script_location, *found.version_locations) if ":" in f]
    if packaged:
        raise ConfigError(f"{path} points into an installed package: {packaged[0]}")
    return found


def read_section(
    text: str, *, path: str, workdir: str = "", section: str = "alembic"
) -> Environment:
    """As `read_ini`, for any section; what lies in an installed package stays `package:folder`.

    Without a `script_location` it is empty. Raises `ConfigError` for what is no settings file.
    """
    here = posixpath.relpath(posixpath.join("/", posixpath.dirname(path)), f"/{workdir}")
    parser = configparser.ConfigParser({"here": here.replace("%", "%%")})
    try:
        parser.read_string(text)
        wanted = parser[section]
        location = wanted.get("script_location", "")
        listed = wanted.get("version_locations", "")
        separator = wanted.get("path_separator") or wanted.get("version_path_separator") or ""
        recursive = wanted.get("recursive_version_locations", "false").strip().lower() == "true"
    except (configparser.Error, KeyError) as error:
        raise ConfigError(f"{path} is not an Alembic configuration: {error}") from None
    return environment(location, _split(listed, separator.strip()), workdir, recursive=recursive)


def sections(text: str) -> tuple[str, ...]:
    """The sections that have a `script_location` of their own, for `alembic --name`."""
    parser = configparser.RawConfigParser(default_section="")
    try:
        parser.read_string(text)
    except configparser.Error:
        return ()
    return tuple(name for name in parser.sections() if "script_location" in parser[name])


def environment(
    location: str, listed: Iterable[str], workdir: str, *, recursive: bool
) -> Environment:
    """The environment with these folders, as they are written in a file of settings."""
    script = _join(workdir, location) if location else ""
    folders = tuple(_join(workdir, folder) for folder in listed)
    return Environment(script, folders or (posixpath.join(script, "versions"),), recursive)


def _split(listed: str, separator: str) -> list[str]:
    marks = {"space": " ", "newline": "\n", "os": ":", ":": ":", ";": ";"}
    if separator in marks:
        parts = listed.split(marks[separator])
    else:
        parts = listed.replace(",", " ").split()
    return [part.strip() for part in parts if part.strip()]


def _join(workdir: str, folder: str) -> str:
    if ":" in folder and not posixpath.isabs(folder):
        return folder
    return posixpath.normpath(posixpath.join(workdir, folder))


def parse_heads(output: str) -> frozenset[str]:
    """The heads that `alembic heads` printed: `018 (head)`, one on each line."""
    return frozenset(
        line.split()[0] for line in output.splitlines() if line.rstrip().endswith("(head)")
    )
