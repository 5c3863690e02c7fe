"""Our entry in `.pre-commit-config.yaml`: put in and taken out as text, the rest untouched."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Callable
from typing import Any

import msgspec

from safeguards.errors import ConfigError

FILE = ".pre-commit-config.yaml"
BEGIN = "# safeguards: begin (`safeguards uninstall` takes this out)"
END = "# safeguards: end"
REPLACED = ", in place of "


class Hook(msgspec.Struct, frozen=True):
    """An entry: the arguments of the program, and when pre-commit runs it."""

    id: str
    name: str
    arguments: str
    stages: str


HOOKS = (
    Hook(
        "sqlalchemy-relationships",
        "SQLAlchemy relationships",
        "scan --staged",
        "[pre-commit, pre-merge-commit, manual]",
    ),
    Hook(
        "alembic-history",
        "Alembic history",
        "migrations check --staged",
        "[pre-commit, pre-merge-commit, manual]",
    ),
    Hook("safeguards-pre-push", "push gate", "hook pre-push", "[pre-push]"),
)

Parse = Callable[[bytes], Any]
"""Reads YAML; raises `ConfigError`."""

_REPOS = re.compile(rb"^(\xef\xbb\xbf)?repos[ \t]*:[ \t]*(\[[ \t]*\])?[ \t]*(#.*)?$")
_ANY_REPOS = re.compile(rb"^(\xef\xbb\xbf)?[\"']?repos[\"']?[ \t]*:")
_ITEM = re.compile(rb"^( *)-(?: |$)")
_NOTHING = re.compile(rb"^\s*(#.*)?$")


def added(content: bytes | None, program: str, parse: Parse) -> bytes:
    """The file with our entry first in its list; a file that is None is made.

    Doing it twice is doing it once. Raises `ConfigError` for a file that cannot be edited so
    that it means what it meant, and our entry.
    """
    plain = without(content) if content is not None else None
    if plain is None:
        return _block(program, indent=2, newline="\n", replaced="")
    lines = plain.splitlines(keepends=True)
    at = _repos_line(lines)
    line = lines[at]
    bare = line.rstrip(b"\r\n")
    newline = line[len(bare) :].decode() or "\n"
    found = _REPOS.match(bare)
    assert found
    rewritten = found[2] is not None or line == bare
    indent = _indent(lines[at + 1 :])
    replaced = line.decode("utf-8", "surrogateescape") if rewritten else None
    block = _block(program, indent=indent, newline=newline, replaced=replaced)
    after = b"".join((*lines[:at], *([] if rewritten else [line]), block, *lines[at + 1 :]))
    _check(plain, after, parse)
    return after


def without(content: bytes) -> bytes | None:
    """The file without our entry, byte for byte what it was; None when nothing else was there.

    Raises `ConfigError` when the marks around the entry are damaged.
    """
    lines = content.splitlines(keepends=True)
    begins = [i for i, line in enumerate(lines) if line.strip().startswith(BEGIN.encode())]
    ends = [i for i, line in enumerate(lines) if line.strip() == END.encode()]
    if not begins and not ends:
        return content
    if len(begins) != 1 or len(ends) != 1 or begins[0] > ends[0]:
        raise ConfigError(
            f"{FILE}: the lines that mark our entry are damaged",
            hint=f"remove by hand what lies between {BEGIN!r} and {END!r}, and these two",
        )
    rest = lines[ends[0] + 1 :]
    put_back = _replaced(lines[begins[0]])
    if put_back is not None and _has_items(rest):
        newline = lines[begins[0]].endswith(b"\r\n")
        put_back = b"repos:\r\n" if newline else b"repos:\n"  # others joined the list meanwhile
    left = b"".join((*lines[: begins[0]], put_back or b"", *rest))
    return None if put_back == b"" and not left.strip() else left


def _block(program: str, *, indent: int, newline: str, replaced: str | None) -> bytes:
    mark = BEGIN if replaced is None else f"{BEGIN}{REPLACED}{json.dumps(replaced)}"
    inner = [
        "- repo: local",
        "  hooks:",
    ]
    for hook in HOOKS:
        entry = f"{shlex.quote(program)} {hook.arguments}"
        inner += [
            f"    - id: {hook.id}",
            f"      name: {hook.name}",
            f"      entry: {_scalar(entry)}",
            "      language: system",
            "      pass_filenames: false",
            "      always_run: true",
            "      require_serial: true",
            "      verbose: true",
            f"      stages: {hook.stages}",
        ]
    pad = " " * indent
    first = mark if replaced is not None else pad + mark
    lines = [first, *(["repos:"] if replaced is not None else [])]
    lines += [pad + line for line in inner]
    lines.append(pad + END)
    return "".join(line + newline for line in lines).encode("utf-8", "surrogateescape")


def _scalar(text: str) -> str:
    if re.fullmatch(r"[\w./~+-][\w./~+ -]*", text, re.ASCII):
        return text
    if not text.isprintable():
        raise ConfigError(
            f"{FILE}: the path of the program cannot be written into it: {text!r}",
            hint="install safeguards at a path of printable characters",
        )
    return "'" + text.replace("'", "''") + "'"


def _repos_line(lines: list[bytes]) -> int:
    found = [i for i, line in enumerate(lines) if _ANY_REPOS.match(line)]
    if len(found) == 1 and _REPOS.match(lines[found[0]].rstrip(b"\r\n")):
        return found[0]
    what = {0: "has no line `repos:`", 1: "has its list in a form that is not edited"}
    raise ConfigError(
        f"{FILE} {what.get(len(found), 'has more than one line `repos:`')}",
        hint="write it as `repos:` with one `- repo: …` for each, or add the entry by hand",
    )


def _indent(following: list[bytes]) -> int:
    first = next((line for line in following if not _NOTHING.match(line)), b"")
    item = _ITEM.match(first.rstrip(b"\r\n"))
    return len(item[1]) if item else 2


def _has_items(following: list[bytes]) -> bool:
    first = next((line for line in following if not _NOTHING.match(line)), b"")
    return _ITEM.match(first.rstrip(b"\r\n")) is not None


def _replaced(mark: bytes) -> bytes | None:
    """The line that the entry stands in place of, as the mark tells; None when of none."""
    _, told, line = mark.strip().partition(REPLACED.encode())
    if not told:
        return None
    try:
        return str(json.loads(line)).encode("utf-8", "surrogateescape")
    except ValueError:
        return b"repos:\n"


def _check(before: bytes, after: bytes, parse: Parse) -> None:
    """The new text must mean the old one and one entry more; else nothing is written."""
    old, new = parse(before), parse(after)
    if isinstance(old, dict) and isinstance(new, dict):
        repos = new.get("repos") or [None]
        ids = [each.get("id") for each in (repos[0] or {}).get("hooks", [])]
        rest = {**new, "repos": repos[1:]}
        if rest == {**old, "repos": old.get("repos") or []} and ids == [h.id for h in HOOKS]:
            return
    raise ConfigError(
        f"{FILE} cannot be edited without changing what it means",
        hint="write its `repos:` as a plain list, or add the entry by hand",
    )
