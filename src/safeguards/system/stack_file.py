"""How a stack's images are built: what the Compose file of a commit says of it, else its folders.

A stack is deployed from a Compose file, but Swarm never sees the `build` of it; we read that.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from safeguards.errors import RefusedError
from safeguards.system import yaml_text

KNOWN = frozenset({"context", "dockerfile", "args", "target", "labels", "tags", "image"})
"""Keys of `build` that are done, or that change nothing in the image's files."""

DOCKERFILE = "Dockerfile"

_REFERENCE = re.compile(
    r"\$(?:(?P<escaped>\$)|(?P<plain>[A-Za-z_]\w*)"
    r"|\{(?P<name>[A-Za-z_]\w*)(?:(?P<how>:?[-+?])(?P<word>[^}]*))?\})"
)


class Recipe(msgspec.Struct, frozen=True):
    """What an image is built from: a folder, a Dockerfile named from there, and arguments."""

    context: Path
    dockerfile: str = DOCKERFILE
    args: Mapping[str, str] = {}
    stage: str = ""


def recipe(source: Path, file: Path, service: str, *, env_file: Path, required: bool) -> Recipe:
    """How a service is built from an export of a commit: the `build` of it in the Compose file
    `file` there, else the folder of its name beside it, else the only Dockerfile.

    Variables are those of the environment over those of production's `env_file`. Raises
    `RefusedError` when nothing tells, or a `required` file is not there; `ConfigError` when it is
    no YAML.
    """
    said = _said(file, service, required=required)
    if said is not None:
        filled = _filled(said, _variables(env_file))
        build = {"context": filled} if isinstance(filled, str) else filled
        return _from_build(source, file.parent, service, build)
    own = file.parent / service / DOCKERFILE
    found = [own] if own.is_file() else sorted(source.rglob(DOCKERFILE))
    if len(found) != 1:
        raise RefusedError(
            f"nothing says what {service} is built from: {len(found)} Dockerfiles",
            hint=f"give {service} a build in {file.name}, or a folder {service} with a Dockerfile",
        )
    return Recipe(found[0].parent)


def _said(file: Path, service: str, *, required: bool) -> Any:
    try:
        text = file.read_bytes()
    except FileNotFoundError:
        if required:
            raise RefusedError(f"the commit has no {file.name}") from None
        return None
    content = yaml_text.load(text)
    services = content.get("services") if isinstance(content, dict) else None
    entry = services.get(service) if isinstance(services, dict) else None
    build = entry.get("build") if isinstance(entry, dict) else None
    if build is not None and not isinstance(build, (str, dict)):
        raise RefusedError(f"the build of {service} in {file.name} is no folder and no table")
    return build


def _variables(env_file: Path) -> Mapping[str, str]:
    """As Compose sees them: the environment, over the .env beside production's own file."""
    try:
        lines = env_file.read_text("utf-8", "replace").splitlines()
    except FileNotFoundError:
        lines = []
    return dict(filter(None, map(_assigned, lines))) | dict(os.environ)


def _from_build(source: Path, base: Path, service: str, build: Mapping[str, Any]) -> Recipe:
    unknown = sorted(set(build) - KNOWN)
    if unknown:
        raise RefusedError(
            f"the build of {service} uses {', '.join(unknown)}, which is not done for a stack",
            hint="build from a context, a dockerfile, args and a target alone",
        )
    context = (base / str(build.get("context", "."))).resolve()
    if not context.is_relative_to(source.resolve()) or not context.is_dir():
        raise RefusedError(f"the build context of {service} is no folder of the commit")
    args = build.get("args") or {}
    if isinstance(args, list):
        args = dict(str(each).partition("=")[::2] for each in args)
    return Recipe(
        context,
        str(build.get("dockerfile", DOCKERFILE)),
        {str(name): _word(value) for name, value in args.items() if value is not None},
        str(build.get("target", "")),
    )


def _word(value: object) -> str:
    """As Compose hands it on: YAML's booleans are words."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _filled(value: Any, variables: Mapping[str, str]) -> Any:
    """The same value with every reference to a variable filled in."""
    if isinstance(value, dict):
        return {key: _filled(each, variables) for key, each in value.items()}
    if isinstance(value, list):
        return [_filled(each, variables) for each in value]
    if not isinstance(value, str):
        return value
    return _REFERENCE.sub(lambda match: _value(match, variables), value)


def _value(match: re.Match[str], variables: Mapping[str, str]) -> str:
    if match["escaped"]:
        return "$"
    name, how, word = match["plain"] or match["name"], match["how"] or "", match["word"] or ""
    held = variables.get(name)
    given = held if (held or ":" not in how) else None
    if how.endswith("+"):
        return word if given is not None else ""
    if given is not None:
        return given
    if how.endswith("?"):
        raise RefusedError(f"the variable {name} is not set: {word or 'the Compose file needs it'}")
    return word if how.endswith("-") else ""


def _assigned(line: str) -> tuple[str, str] | None:
    """The variable that a line of an .env file sets."""
    name, equals, value = line.strip().removeprefix("export ").partition("=")
    if not equals or name.startswith("#"):
        return None
    value = value.strip()
    if value[:1] in {"'", '"'} and value[-1:] == value[:1] and len(value) > 1:
        return name.strip(), value[1:-1]
    return name.strip(), re.split(r"\s#", value)[0].strip()
