"""The heads that production should be at: read from the running image, a commit or the checkout."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from safeguards.errors import ConfigError, UnreachableError
from safeguards.migrations.graph import Graph, read_graph
from safeguards.migrations.ini import Environment, parse_heads, read_ini
from safeguards.migrations.version_table import VersionTable, stated

if TYPE_CHECKING:
    from safeguards.health.wanted import Alembic
    from safeguards.runtimes.observe import Runtime
    from safeguards.system.files import Files
    from safeguards.system.process import Completed

TIMEOUT = 20.0
"""Seconds that `alembic heads` may take, where reading the files is not enough."""

_NO_PROGRAM = (126, 127)


class Heads(msgspec.Struct, frozen=True):
    """The newest revisions of one place; without `graph` nothing older is known.

    `files` are the revision files that the graph was read from; `script` is the folder of env.py.
    """

    place: str
    ids: frozenset[str]
    graph: Graph | None = None
    files: Mapping[str, bytes] = {}
    script: str = ""


class Committed(msgspec.Struct, frozen=True):
    """A commit that production is to follow: what people call it, and its files."""

    place: str
    files: Files


def image_heads(runtime: Runtime, wanted: Alembic) -> Heads:
    """The heads inside the container, running or not: from its files, else by its own alembic.

    Raises `UnreachableError` when neither answers.
    """
    container = wanted.container or ""
    folder = wanted.workdir or _working_folder(runtime, container)
    path = posixpath.join(folder, posixpath.basename(wanted.ini) or "alembic.ini")
    place = f"the image of {container}"
    try:
        ini = runtime.read(container, path).get(path, b"")
        environment = read_ini(_text(ini), path=path, workdir=folder)
        files: dict[str, bytes] = {}
        for versions in environment.version_locations:
            files |= _revisions(runtime.read(container, versions), versions, environment)
        return _from_files(place, files, environment)
    except ConfigError as error:
        return _asked(
            place,
            error,
            lambda argv: runtime.exec(container, argv, timeout=TIMEOUT, workdir=folder),
        )


def checkout_heads(
    files: Files, wanted: Alembic, ask: Callable[[tuple[str, ...]], Completed]
) -> Heads | None:
    """The heads in the checkout: from its files, else by `ask`, which runs alembic beside them.

    None when no Alembic settings are found. Raises `UnreachableError` when nothing answers.
    """
    path = _settings(files, wanted)
    if not path:
        return None
    place = "the checkout"
    try:
        return _read(place, files, path)
    except ConfigError as error:
        return _asked(place, error, lambda argv: ask((*argv[:1], "-c", path, *argv[1:])))


def committed_heads(
    commit: Committed, wanted: Alembic, otherwise: Callable[[], Heads | None]
) -> Heads:
    """The heads in a commit; only when its files do not tell them, `otherwise` is asked.

    Raises `UnreachableError` when neither answers.
    """
    path = _settings(commit.files, wanted)
    reason = f"it has no {path or 'alembic.ini'}"
    if path and commit.files.read(path) is not None:
        try:
            return _read(commit.place, commit.files, path)
        except ConfigError as error:
            reason = error.message
    other = otherwise()
    if other is None:
        raise UnreachableError(
            f"{commit.place} tells no heads: {reason}",
            hint="set migrations.config, or alembic.container of the target",
        )
    return other


def image_table(runtime: Runtime, wanted: Alembic, heads: Heads) -> VersionTable | None:
    """The version table that env.py inside the container names, if its text tells."""
    if not heads.script or not wanted.container:
        return None
    path = posixpath.join(heads.script, "env.py")
    try:
        return stated(runtime.read(wanted.container, path).get(path, b""))
    except UnreachableError:
        return None


def checkout_table(files: Files, heads: Heads) -> VersionTable | None:
    """The same for the env.py of the checkout, or of a commit."""
    return (
        stated(files.read(posixpath.join(heads.script, "env.py")) or b"") if heads.script else None
    )


def _settings(files: Files, wanted: Alembic) -> str:
    return wanted.ini or next(iter(files.find("alembic.ini")), "")


def _read(place: str, files: Files, path: str) -> Heads:
    ini = files.read(path) or b""
    environment = read_ini(_text(ini), path=path, workdir=posixpath.dirname(path))
    found: dict[str, bytes] = {}
    for folder in environment.version_locations:
        for name in files.listing(folder, recursive=environment.recursive):
            found[name] = files.read(name) or b""
    return _from_files(place, found, environment)


def _from_files(place: str, files: Mapping[str, bytes], environment: Environment) -> Heads:
    """Only a history that was read in full tells its heads."""
    graph = read_graph(files)
    doubtful = [fault for fault in graph.faults if fault.kind in ("unreadable", "cycle")]
    if doubtful:
        raise ConfigError(f"{doubtful[0].path}: {doubtful[0].message}")
    if not graph.revisions:
        raise ConfigError("there are no revision files")
    return Heads(place, graph.heads, graph, files, environment.script_location)


def _asked(place: str, reason: ConfigError, ask: Callable[[tuple[str, ...]], Completed]) -> Heads:
    done = ask(("alembic", "heads"))
    if done.returncode in _NO_PROGRAM:
        raise UnreachableError(f"{place} tells no heads: {reason.message}; and has no alembic")
    heads = parse_heads(done.text)
    if done.returncode or not heads:
        said = (done.error_text.strip() or done.text.strip()).splitlines()
        raise UnreachableError(
            f"{place} tells no heads: {reason.message}; and `alembic heads` ended with"
            f" {done.returncode}: {said[-1][:200] if said else 'it printed none'}"
        )
    return Heads(place, heads)


def _revisions(
    files: Mapping[str, bytes], folder: str, environment: Environment
) -> Mapping[str, bytes]:
    return {
        path: content
        for path, content in files.items()
        if path.endswith(".py")
        and "/__pycache__/" not in path
        and (environment.recursive or posixpath.dirname(path) == folder)
    }


def _working_folder(runtime: Runtime, container: str) -> str:
    instances = runtime.inspect(container)
    if not instances:
        raise UnreachableError(
            f"there is no container {container} to read migrations from",
            hint="see alembic.container, and: docker ps --all",
        )
    return instances[0].workdir or "/"


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
