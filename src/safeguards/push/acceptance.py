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


class Answer(msgspec.Struct, frozen=True):
    """The refs that the remote took, in their order. `unknown` says why that is not certain."""

    accepted: tuple[Awaited, ...] = ()
    unknown: str = ""


def moved(awaited: Sequence[Awaited], ref: Callable[[str], str | None]) -> tuple[Awaited, ...]:
    """The refs whose tracking ref has come to the pushed commit since the push began.

    Git moves it only after the remote has taken the commit.
    """
    return tuple(each for each in awaited if _has_moved(each, ref))


def ask(awaited: Sequence[Awaited], sight: Sight, *, counted: Callable[[Awaited], bool]) -> Answer:
    """Which of the refs the remote took.

    A remote that is at the commit, or beyond it, took it; unless `counted` says that another push
    of the same commit has brought it there.
    """
    certain = moved(awaited, sight.ref)
    rest = [each for each in awaited if each not in certain]
    if not rest:
        return Answer(certain)
    try:
        tips = sight.tips([each.ref.remote_ref for each in rest])
        found = [each for each in rest if _holds(each, tips, sight) and not counted(each)]
    except UnreachableError as error:
        return Answer(certain, "" if certain else error.message)
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
    return tip is not None and (tip == commit or sight.holds(name, tip, commit))
