"""A push that has passed the gate and is on its way: what the step after it must know."""

from __future__ import annotations

from typing import Literal

import msgspec

from safeguards.journal.records import GateOutcome, Push, PushedRef, Trigger

VERSION = 1


class Process(msgspec.Struct, frozen=True):
    """A process that no later one can be taken for: its number and when it started."""

    pid: int
    started: str


class Awaited(msgspec.Struct, frozen=True):
    """One ref that deploys.

    `tracking` is the local ref that follows it, None if nothing does, and `before` what that was
    at when the push began, "" for nothing.
    """

    ref: PushedRef
    tracking: str | None = None
    before: str = ""


class Pending(msgspec.Struct, frozen=True):
    """One push between the gate and its end; the first of `awaited` is what production follows.

    `lines` are all refs of the push. `url` is without credentials. `top` is the folder that the
    configuration is looked for from, in the work tree or, if there is one, in the commit
    `settings`. `pushing` are the processes whose end is the end of the push, and `carrying` those
    that carried it to the remote and may outlive them. `earlier` are pushes to the same refs that
    had ended before this one began. `owned`: a program looks after it itself. `taken`: the remote
    itself has told that it took the refs.
    """

    id: str
    at: str
    remote: str
    url: str
    lines: tuple[PushedRef, ...]
    awaited: tuple[Awaited, ...]
    top: str
    gate: GateOutcome
    mode: Literal["follow", "background"] = "follow"
    trigger: Trigger = "push"
    pushing: tuple[Process, ...] = ()
    carrying: tuple[Process, ...] = ()
    skipped: tuple[str, ...] = ()
    repair: str = ""
    settings: str = ""
    earlier: tuple[str, ...] = ()
    owned: bool = False
    taken: bool = False
    version: int = VERSION

    def push(self) -> Push:
        """Its record for the journal, while nobody knows how it ended."""
        return Push(
            id=self.id,
            at=self.at,
            remote=self.remote,
            refs=self.lines,
            gate=self.gate,
            url=self.url,
            skipped=self.skipped,
            repair=self.repair,
        )


def encode(pending: Pending) -> bytes:
    """The record as JSON."""
    return msgspec.json.encode(pending)


def decode(document: bytes) -> Pending | None:
    """The record in a document; None for one that this version does not understand."""
    try:
        found = msgspec.json.decode(document, type=Pending)
    except msgspec.MsgspecError:
        return None
    return found if found.version == VERSION and found.awaited else None
