"""What the worker in the project's interpreter is asked, and what it answers."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

WORKER = Path(__file__).parent / "worker" / "configure.py"
"""The script that the project's interpreter runs; it needs nothing of ours."""

Line = tuple[str, int]
"""A real path and a line, from 1."""


class Question(msgspec.Struct, frozen=True):
    """Which modules to import, from where, and within how many seconds."""

    modules: tuple[str, ...]
    roots: tuple[str, ...]
    timeout: float


class Owner(msgspec.Struct, frozen=True):
    """A mapped class, or one attribute of it; `declared` is where its source binds the name."""

    name: str
    key: str | None
    file: str
    line: int
    declared: Line | None = None


class Refusal(msgspec.Struct, frozen=True):
    """What was raised, or how the interpreter ended; `frames` end with the cause.

    For `hung` and `died` the message says what was being done. `owners` begin with the cause.
    """

    stage: Literal["import", "configure", "hung", "died"]
    message: str
    module: str = ""
    kinds: tuple[str, ...] = ()
    missing_module: str | None = None
    frames: tuple[Line, ...] = ()
    owners: tuple[Owner, ...] = ()
    signal: str = ""
    status: int = 0


class Warned(msgspec.Struct, frozen=True):
    """One SAWarning."""

    message: str
    frames: tuple[Line, ...] = ()
    owners: tuple[Owner, ...] = ()


class Answer(msgspec.Struct, frozen=True):
    """What SQLAlchemy said. `refusal` says why it could not be asked, `bug` that we failed.

    `accepted` are file, class and attribute of each relationship that it configured.
    """

    python: str
    sqlalchemy: str
    refusal: str = ""
    bug: str = ""
    faults: tuple[Refusal, ...] = ()
    warnings: tuple[Warned, ...] = ()
    accepted: tuple[tuple[str, str, str], ...] = ()
    said: str = ""


def decode(data: bytes) -> Answer | None:
    """The answer, or None when these bytes are none."""
    try:
        return msgspec.json.decode(data, type=Answer)
    except msgspec.DecodeError:
        return None
