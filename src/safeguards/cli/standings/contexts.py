"""The folders that images are built from, as the Compose file says."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from safeguards.errors import ConfigError
from safeguards.system.yaml_text import load

if TYPE_CHECKING:
    from safeguards.config.targets import Target
    from safeguards.system.files import Files

NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""Where Compose looks when nothing names the file."""


def contexts_of(files: Files, target: Target) -> tuple[str, ...]:
    """The build contexts of the services that are built, relative to the configuration's folder.

    Without those that hold the whole folder: they would make every file count. A Compose file
    that cannot be read names none.
    """
    if target.runtime not in {"compose", "swarm"} or not target.build:
        return ()
    names = (target.compose_file,) if target.compose_file else NAMES
    for name in names:
        content = files.read(name)
        if content is not None:
            return tuple(_contexts(content, posixpath.dirname(name), target.build))
    return ()


def _contexts(content: bytes, folder: str, services: tuple[str, ...]) -> Iterator[str]:
    try:
        document = load(content)
    except ConfigError:
        return
    listed = document.get("services") if isinstance(document, dict) else None
    for service in services:
        context = _context(listed.get(service)) if isinstance(listed, dict) else None
        if not isinstance(context, str) or "://" in context or "$" in context:
            continue
        path = posixpath.normpath(posixpath.join(folder, context))
        if path != "." and not path.startswith(("..", "/")):
            yield path


def _context(entry: Any) -> Any:
    build = entry.get("build") if isinstance(entry, dict) else None
    return build.get("context", ".") if isinstance(build, dict) else build
