"""What the demo says, as values and as lines of a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec

Kind = Literal["title", "text", "command", "output", "verdict", "deviation"]

_COLORS: dict[Kind, str] = {"title": "1", "command": "36", "verdict": "1", "deviation": "31;1"}
_WORDS: dict[str, str] = {
    r"\[OK\]|PASSED|\bPassed$": "32",
    r"\[FAIL\]|\[UNKNOWN\]|FAILED|\bFailed$|\berror:|^\w+Error:": "31;1",
}
_STAGE = re.compile(r"Check \d: ")


class Line(msgspec.Struct, frozen=True):
    """One line of the story."""

    kind: Kind
    text: str


class Step(msgspec.Struct, frozen=True):
    """One command of the story, and whether it ended as told."""

    chapter: str
    command: str
    expected: int
    exit_code: int
    duration_ms: int
    output: str

    @property
    def as_told(self) -> bool:
        """Whether the exit code is the one that the story tells."""
        return self.exit_code == self.expected


def render(line: Line, *, color: bool) -> str:
    """The line for a terminal."""
    text = f"$ {line.text}" if line.kind == "command" else line.text
    if not color or not text:
        return text
    if line.kind in _COLORS:
        return f"\x1b[{_COLORS[line.kind]}m{text}\x1b[0m"
    for pattern, code in _WORDS.items():
        text = re.sub(pattern, f"\x1b[{code}m\\g<0>\x1b[0m", text)
    return text


def encode(steps: Iterable[Step], *, passed: bool, duration_ms: int) -> str:
    """The story as JSON, version 1."""
    told = {
        "version": 1,
        "status": "pass" if passed else "fail",
        "duration_ms": duration_ms,
        "steps": [
            msgspec.structs.asdict(step) | {"status": "pass" if step.as_told else "fail"}
            for step in steps
        ],
    }
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode() + "\n"


def silence(log: str) -> float:
    """The seconds in which a watch had no answer: from each silence to the answer after it."""
    total, since = 0.0, None
    for line in log.splitlines():
        at, _, what = line.partition(" ")
        if what == "silent" and since is None:
            since = float(at)
        elif what == "answered" and since is not None:
            total, since = total + float(at) - since, None
    return total


def failed_stages(output: str) -> str:
    """Of what `safeguards verify` printed, the stages that are not well."""
    return "\n".join(_failed(output.splitlines()))


def _failed(lines: Iterable[str]) -> Iterator[str]:
    shown = False
    for line in lines:
        if _STAGE.match(line):
            shown = "[FAIL]" in line or "[UNKNOWN]" in line
        if shown and line.startswith(("Check", " ")):
            yield line
