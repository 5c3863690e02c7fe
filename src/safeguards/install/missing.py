"""Which of the hooks that were installed git does not run any more, and why."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from safeguards.install.hooks import Spot, owner
from safeguards.install.record import Record
from safeguards.install.shims import GUARDS, RECEIVER, program_of


class Missing(msgspec.Struct, frozen=True):
    """A hook that should guard this repository and does not."""

    hook: str
    path: str
    why: str

    def __str__(self) -> str:
        return f"{self.hook}: {self.why}"


def missing_hooks(
    record: Record, spots: Iterable[Spot], runs: Callable[[bytes], bool]
) -> tuple[Missing, ...]:
    """The installed hooks that guard nothing now; `runs` tells whether a program can be run.

    `spots` are those of the folder that git looks into now, whichever was installed into.
    """
    installed = {name for names in record.folders.values() for name in names}
    left = (_missing(spot, record, runs) for spot in spots if spot.name in installed)
    return tuple(each for each in left if each is not None)


def _missing(spot: Spot, record: Record, runs: Callable[[bytes], bool]) -> Missing | None:
    if spot.name in record.configured:
        return None
    if not spot.guarded:
        return Missing(spot.name, spot.path, _why(spot, record))
    for seen in (spot.hook, spot.legacy):
        program = program_of(seen.content or b"") if owner(seen) == "safeguards" and seen else None
        if program is not None and not runs(program):
            shown = program.decode("utf-8", "replace")
            return Missing(spot.name, spot.path, f"its program is gone: {shown}")
    return None


def _why(spot: Spot, record: Record) -> str:
    folder = spot.path.rpartition("/")[0]
    if folder not in record.folders:
        was = ", ".join(sorted(record.folders))
        return f"git takes its hooks from {folder} now; it was installed in {was}"
    if spot.hook is None:
        return "it was removed"
    if owner(spot.hook) == "safeguards":
        return "it is not executable"
    who = owner(spot.hook)
    return f"{'another program' if who == 'unknown' else who} has written over it"


def expected(*, bare: bool) -> tuple[str, ...]:
    """The hooks that an install puts into a repository of that kind."""
    return (RECEIVER,) if bare else GUARDS
