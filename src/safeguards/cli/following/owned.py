"""A push that `safeguards push` looks after itself: how its hook knows, and which records it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

import msgspec

from safeguards.cli.journal import new_id
from safeguards.push.pending import Process
from safeguards.system import processes

VARIABLE = "SAFEGUARDS_PUSH"


class Owner(msgspec.Struct, frozen=True):
    """The program above git. Its pushes are named after it; git may make several, one a URL."""

    name: str
    process: Process | None

    KEPT: ClassVar[int] = 50
    """Newest pushes among which its own are looked for."""

    @classmethod
    def new(cls, at: str) -> Owner:
        """This process, about to push."""
        me = processes.me()
        return cls(new_id(at), Process(me.pid, me.started) if me else None)

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> Owner | None:
        """The owner that the environment names; None when there is none, or none any more."""
        name, _, rest = environ.get(VARIABLE, "").partition(" ")
        pid, _, started = rest.partition(" ")
        if not name:
            return None
        if not pid.isdigit() or not processes.is_alive(int(pid), started):
            return None
        return cls(name, Process(int(pid), started))

    def variables(self) -> Mapping[str, str]:
        """What its children inherit."""
        if self.process is None:
            return {VARIABLE: self.name}
        return {VARIABLE: f"{self.name} {self.process.pid} {self.process.started}"}

    def owns(self, push_id: str) -> bool:
        """Whether the push is one of its own."""
        return push_id == self.name or push_id.startswith(f"{self.name}-")

    def next_id(self, taken: int) -> str:
        """The name of its next push, when it has made so many."""
        return f"{self.name}-{taken + 1}" if taken else self.name
