"""Does the steps of a plan, one after the other; what a kill leaves, the next run understands."""

from __future__ import annotations

from typing import Protocol

from safeguards.install.steps import (
    Configure,
    Keep,
    Move,
    Plan,
    Remove,
    RemoveFolder,
    Step,
    Write,
)


class Hands(Protocol):
    """Changes files and git's configuration, each call in one moment or not at all."""

    def write(self, path: str, content: bytes, *, executable: bool) -> None:
        """Put a whole file at `path`, over what is there; folders on the way are made."""

    def keep(self, path: str, name: str) -> None:
        """Give the file a second name; raises when that name is taken."""

    def move(self, path: str, name: str) -> None:
        """Rename, over what is there."""

    def remove(self, path: str) -> None:
        """Remove a file, if it is there."""

    def remove_folder(self, path: str) -> None:
        """Remove a folder, if it is there and empty."""

    def configure(self, key: str, value: str | None) -> None:
        """Set a value in the repository's configuration; None removes its section."""


def apply(plan: Plan, hands: Hands) -> None:
    """Do every step in its order. Raises at the first that cannot be done."""
    for step in plan.steps:
        _do(step, hands)


def _do(step: Step, hands: Hands) -> None:
    match step:
        case Write(path, content, executable):
            hands.write(path, content, executable=executable)
        case Keep(path, name):
            hands.keep(path, name)
        case Move(path, name):
            hands.move(path, name)
        case Remove(path):
            hands.remove(path)
        case RemoveFolder(path):
            hands.remove_folder(path)
        case Configure(key, value):
            hands.configure(key, value)
