"""One hook of git: how ours takes its place, and how it leaves it again.

A hook that was there goes to `<hook>.before-safeguards`, and ours runs it first. Below
pre-commit, which keeps `<hook>.legacy` and runs that first, ours is the one that it keeps:
`pre-commit install` and `uninstall`, whenever they are called, then never get in the way.
"""

from __future__ import annotations

import msgspec

from safeguards.install.shims import BEFORE, LEGACY, OLD, Maker, maker
from safeguards.install.steps import Keep, Move, Plan, Remove, Seen, Step, Told, Write


class Spot(msgspec.Struct, frozen=True):
    """A hook's file and its neighbours, as they are; `tracked` when git has the hook itself."""

    name: str
    path: str
    hook: Seen | None = None
    before: Seen | None = None
    legacy: Seen | None = None
    old: Seen | None = None
    tracked: bool = False

    def at(self, suffix: str) -> str:
        """The path of the neighbour with this suffix."""
        return f"{self.path}.{suffix}"

    @property
    def ours(self) -> str | None:
        """Where ours is and runs, or waits for the tool above it to go; None when nowhere."""
        places = ((self.path, self.hook), (self.at(LEGACY), self.legacy), (self.at(OLD), self.old))
        return next((path for path, seen in places if owner(seen) == "safeguards"), None)

    @property
    def guarded(self) -> bool:
        """Whether git runs ours, itself or through pre-commit or a line of the tracked hook."""
        if owner(self.hook) == "pre-commit":
            return _runs(self.legacy)
        return _runs(self.hook) or self.calls_us

    @property
    def calls_us(self) -> bool:
        """Whether somebody else's hook has our line in it."""
        line = f"safeguards hook {self.name}".encode()
        return self.hook is not None and line in (self.hook.content or b"")


def owner(seen: Seen | None) -> Maker | None:
    """Who wrote the file; None when there is none."""
    return None if seen is None else maker(seen.content or b"")


def put(spot: Spot, shim: bytes) -> Plan:
    """Ours in its place, what was there kept; refuses rather than lose or hide something."""
    if spot.hook is not None and spot.hook.content is None:
        return _refused(spot, "it is no file that can be read")
    if spot.tracked:
        return _tracked(spot)
    home, there = spot.path, spot.hook
    if owner(spot.hook) == "pre-commit":
        home, there = spot.at(LEGACY), spot.legacy
    room: list[Step] = []
    if there is not None and owner(there) != "safeguards":
        making = _make_room(spot, home, there)
        if making is None:
            return _refused(spot, f"{_name(spot.at(BEFORE))} is there too: one of them must go")
        room = making
    elif owner(spot.before) == "pre-commit" and home != spot.path:
        room = [Remove(spot.at(BEFORE))]  # it would run pre-commit inside pre-commit
    wanted = Seen(shim)
    steps = [*room] if there == wanted else [*room, Write(home, shim)]
    stale = [path for path in _ours(spot) if path != home]
    steps += [Remove(path) for path in stale if path not in {each.name for each in _moves(steps)}]
    chained = any(isinstance(each, Keep) for each in room) or _stays(spot, room)
    notes = ["runs after pre-commit calls it"] if home != spot.path else []
    notes += [f"runs {_name(spot.at(BEFORE))} first"] if chained else []
    return Plan(tuple(steps), (Told(home, "written" if steps else "unchanged", ", ".join(notes)),))


def take_out(spot: Spot) -> Plan:
    """Everything of ours gone and the earlier hook back where the tool above expects it."""
    home = spot.ours
    if spot.tracked or (home is None and spot.before is None):
        return Plan()
    others: list[Step] = [Remove(path) for path in _ours(spot) if path != home]
    if spot.before is None:
        assert home is not None
        return Plan((*others, Remove(home)), (Told(home, "removed"),))
    before = spot.at(BEFORE)
    halfway = home is None and spot.before in (spot.legacy, spot.old)
    if halfway or (home != spot.path and _again(spot.before, spot.hook)):
        gone = (Remove(home),) if home else ()
        said = Told(home or before, "removed", "what it ran is in its place already")
        return Plan((*others, *gone, Remove(before)), (said,))
    if home is None and spot.hook is not None:
        return Plan((), (Told(before, "kept", f"{_name(spot.path)} is somebody else's now"),))
    back = home if home is not None and spot.hook is not None else spot.path
    leaving: list[Step] = [Remove(home)] if home not in {None, back} else []
    return Plan((*others, Move(before, back), *leaving), (Told(back, "restored"),))


def _make_room(spot: Spot, home: str, there: Seen) -> list[Step] | None:
    """Steps after which `before` holds what is at home now; None when it holds something else."""
    before = spot.at(BEFORE)
    if spot.before is None:
        return [Keep(home, before)]
    if spot.before == there:
        return []  # a run that was killed, or a tool that wrote the same hook again
    if _again(spot.before, there):
        return [Remove(before), Keep(home, before)]
    if owner(spot.old) == "safeguards" and home == spot.path:
        # lefthook put ours away: what ours ran belongs where lefthook would have put it.
        return [Move(before, spot.at(OLD)), Keep(home, before)]
    return None


def _tracked(spot: Spot) -> Plan:
    if spot.guarded:
        return Plan((), (Told(spot.path, "unchanged", "git tracks it, and it calls safeguards"),))
    line = f'safeguards hook {spot.name} "$@" || exit'
    return _refused(
        spot, f"git tracks it, so no path of this machine goes in; add the line: {line}"
    )


def _again(before: Seen | None, now: Seen | None) -> bool:
    """Whether a tool has written `now` once more, over what it had written `before`."""
    if before is None or now is None:
        return False
    return before == now or (owner(before) == owner(now) != "unknown")


def _stays(spot: Spot, steps: list[Step]) -> bool:
    removed = any(isinstance(each, Remove) and each.path == spot.at(BEFORE) for each in steps)
    return spot.before is not None and not removed


def _moves(steps: list[Step]) -> list[Move]:
    return [each for each in steps if isinstance(each, Move)]


def _ours(spot: Spot) -> list[str]:
    places = ((spot.path, spot.hook), (spot.at(LEGACY), spot.legacy), (spot.at(OLD), spot.old))
    return [path for path, seen in places if owner(seen) == "safeguards"]


def _runs(seen: Seen | None) -> bool:
    return seen is not None and seen.executable and owner(seen) == "safeguards"


def _refused(spot: Spot, why: str) -> Plan:
    return Plan((), (Told(spot.path, "refused", why),))


def _name(path: str) -> str:
    return path.rpartition("/")[2]
