"""What is to be done, as data: steps that each leave something which the next run understands."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Literal

import msgspec

Done = Literal["written", "unchanged", "removed", "restored", "kept", "skipped", "refused"]


class Seen(msgspec.Struct, frozen=True):
    """A path as it is: `content` of the file that it leads to, or None when it is no file."""

    content: bytes | None
    executable: bool = True
    link: bool = False


class Write(msgspec.Struct, frozen=True):
    """Put a file at `path` in one moment, over whatever file is there."""

    path: str
    content: bytes
    executable: bool = True


class Keep(msgspec.Struct, frozen=True):
    """Give the file at `path` a second name, which nothing has yet; it is the same file."""

    path: str
    name: str


class Move(msgspec.Struct, frozen=True):
    """Rename `path`, over what has that name."""

    path: str
    name: str


class Remove(msgspec.Struct, frozen=True):
    """Remove a file; none is fine."""

    path: str


class RemoveFolder(msgspec.Struct, frozen=True):
    """Remove a folder that we made, if nothing is in it."""

    path: str


class Configure(msgspec.Struct, frozen=True):
    """Set a value in the repository's git configuration; None removes the value's section."""

    key: str
    value: str | None


Step = Write | Keep | Move | Remove | RemoveFolder | Configure


class Told(msgspec.Struct, frozen=True):
    """A line about one file: what came of it, and what there is to know."""

    path: str
    done: Done
    note: str = ""


class Plan(msgspec.Struct, frozen=True):
    """Steps in their order, and what to say; `refused` lines are left for a person to do."""

    steps: tuple[Step, ...] = ()
    told: tuple[Told, ...] = ()

    def __add__(self, other: Plan) -> Plan:
        return Plan(self.steps + other.steps, self.told + other.told)

    @property
    def refused(self) -> bool:
        """Whether something could not be done."""
        return any(told.done == "refused" for told in self.told)


def joined(plans: Iterable[Plan]) -> Plan:
    """One plan after the other."""
    return sum(plans, Plan())


def render_text(told: Iterable[Told]) -> str:
    """One line for each file."""
    return "".join(
        f"{each.path}: {each.done}{f'; {each.note}' if each.note else ''}\n" for each in told
    )


def render_json(action: str, told: Iterable[Told]) -> str:
    """The same for programs: `{"version":1,"action","changes":[{"path","done","note"}]}`."""
    changes = [{"path": each.path, "done": each.done, "note": each.note} for each in told]
    return json.dumps({"version": 1, "action": action, "changes": changes}, indent=2) + "\n"
