"""One process that works on a world; it can be killed after any of its changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from tests.support.world.reality import Session, World


class KilledError(BaseException):
    """As `kill -9`: nothing of the process runs after it."""


@dataclass
class Fate:
    """What becomes of what a killed process had begun.

    `session`: the migration `dies` with it, `finishes` all the same, goes on until it is ended
    (`lingers`), or comes to its end `late`, when the next process has the lock. `places` stay, or
    end with it.
    """

    session: str = "dies"
    places: str = "stay"


@dataclass
class Process:
    """Counts its changes; after number `crash_at`, counted from 1, it dies, is interrupted, or
    `then` happens.
    """

    world: World
    crash_at: int | None = None
    fate: Fate = field(default_factory=Fate)
    interrupt: bool = False
    then: Callable[[], None] | None = None
    count: int = 0
    dead: bool = False
    places: list[str] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    trail: list[str] = field(default_factory=list)

    def alive(self) -> None:
        """Every look: a dead process sees nothing."""
        if self.dead:
            raise KilledError

    def did(self, what: str, *, changes: bool = True) -> None:
        """After every change, of the world or of the journal."""
        self.count += 1
        self.trail.append(what)
        self.world.effects += changes
        if self.count == self.crash_at:
            if self.then is not None:
                self.then()
                return
            if self.interrupt:
                raise KeyboardInterrupt
            self.die()
            raise KilledError(what)

    def die(self) -> None:
        self.dead = True
        world = self.world
        world.local_locks = {k: v for k, v in world.local_locks.items() if v is not self}
        if world.database_lock is self:
            world.database_lock = None
        if self.fate.places == "end":
            for name in self.places:
                world.places.pop(name, None)
        for session in self.sessions:
            if session in world.sessions:
                self._orphan(session)

    def _orphan(self, session: Session) -> None:
        if self.fate.session == "dies":
            self.world.sessions.remove(session)
        elif self.fate.session == "finishes":
            finish(self.world, session)
        else:
            session.fate = self.fate.session


def finish(world: World, session: Session) -> None:
    """The session comes to its end."""
    world.sessions.remove(session)
    if session.revision.fails_at is None:
        world.come_to_pass(session.revision, session.done)
