"""Whether a remote took a push: by the tracking refs that git moved, else by asking the remote."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

import msgspec

from safeguards.errors import UnreachableError
from safeguards.push.pending import Awaited


class Sight(Protocol):
    """What can be seen of a push from this clone."""

    def ref(self, name: str) -> str | None:
        """The commit that a local ref names, None when there is no such ref."""

    def tips(self, refs: Sequence[str]) -> Mapping[str, str]:
        """What the remote's refs are at now, without those it lacks; `UnreachableError`."""

    def holds(self, ref: str, tip: str, commit: str) -> bool:
        """Whether the remote's `ref`, at `tip`, contains the commit; `UnreachableError`."""

    def contains(self, newer: str, older: str) -> bool | None:
        """Whether a commit is another one or comes after it; None when one is not here."""


class Answer(msgspec.Struct, frozen=True):
    """The refs that the remote took, in their order. `unknown` says why that is not certain."""

    accepted: tuple[Awaited, ...] = ()
    unknown: str = ""


def moved(awaited: Sequence[Awaited], ref: Callable[[str], str | None]) -> tuple[Awaited, ...]:
    """The refs whose tracking ref has come to the pushed commit since the push began.

    Git moves it only after the remote has taken the commit, from this push or from another one.
    """
    return tuple(each for each in awaited if _has_moved(each, ref))


def ask(
    awaited: Sequence[Awaited],
    sight: Sight,
    *,
    brought: Callable[[Awaited, str], bool],
    told: Sequence[str] = (),
) -> Answer:
    """Which of the refs the remote took.

    `told` are refs of the remote that the push's own git has told to be taken. Else a remote that
    is at the commit, or beyond it, took it; unless `brought` says that it came to that tip by
    another push. It is called only after the tip is known.
    """
    moved_here = moved(awaited, sight.ref)
    certain = [
        each
        for each in awaited
        if each.ref.remote_ref in told
        or (each in moved_here and not brought(each, each.ref.local_oid))
    ]
    rest = [each for each in awaited if each not in certain and each not in moved_here]
    if not rest:
        return Answer(tuple(certain))
    try:
        tips = sight.tips([each.ref.remote_ref for each in rest])
        found = [each for each in rest if _holds(each, tips, sight)]
    except UnreachableError as error:
        return Answer(tuple(certain), "" if certain else error.message)
    found = [each for each in found if not brought(each, tips[each.ref.remote_ref])]
    return Answer(tuple(each for each in awaited if each in certain or each in found))


def _has_moved(awaited: Awaited, ref: Callable[[str], str | None]) -> bool:
    wanted = awaited.ref.local_oid
    return (
        awaited.tracking is not None
        and awaited.before != wanted
        and ref(awaited.tracking) == wanted
    )


def _holds(awaited: Awaited, tips: Mapping[str, str], sight: Sight) -> bool:
    name, commit = awaited.ref.remote_ref, awaited.ref.local_oid
    tip = tips.get(name)
    if tip is None or not (tip == commit or sight.holds(name, tip, commit)):
        return False
    # Git calls the hook also for a commit that is behind what the remote has and is not here. The
    # remote had that one before; if it still has what it was at, nobody went back to the commit.
    was = awaited.ref.remote_oid
    had_it = bool(was.strip("0")) and sight.contains(was, commit) is True
    return not (had_it and sight.contains(tip, was))
