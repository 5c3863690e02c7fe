"""What a commit that was synchronised and the tip of the deploy branch amount to."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Collection
from typing import Literal

import msgspec

from safeguards.checks import Action, Drift
from safeguards.runs import Run

SHOWN = 20
"""Files that a drift names at most."""

Seen = Literal["remote", "fetched", "here"]


class Place(msgspec.Struct, frozen=True):
    """The deploy branch, and how it is seen."""

    remote: str
    branch: str
    seen: Seen

    @property
    def name(self) -> str:
        """As people write it."""
        return self.branch if self.seen == "here" else f"{self.remote}/{self.branch}"


def never(place: Place, target: str | None) -> Drift:
    """No sync from here has come to a good end, so nothing is known to be out of date."""
    message = "nothing was ever synchronised from here"
    return Drift("never", place.remote, place.branch, place.seen, message, target)


def undecided(place: Place, synced: Run, message: str) -> Drift:
    """The branch is not known here, or not what was synchronised."""
    return _drift(place, synced, None, "unknown", message)


def settled(place: Place, synced: Run) -> Drift:
    """The branch holds nothing that was not synchronised, as far as a ref here tells."""
    what = f"{short(synced.commit)}, which was synchronised last"
    return _drift(place, synced, None, "none", f"{place.name} holds nothing newer than {what}")


def compare(
    place: Place,
    synced: Run,
    tip: str,
    changed: Collection[str] | None,
    *,
    counts: Callable[[str], bool],
    underway: bool = False,
) -> Drift:
    """Whether what production is made of differs between the two.

    `changed` are the files that are not alike in both, None when the tip is not here; `counts`
    says which of them production is made of; `underway` that somebody works on it now.
    """
    at = f"{place.name} is at {short(tip)}"
    if tip == synced.commit:
        return _drift(place, synced, tip, "none", f"{at}, which was synchronised last")
    if underway:
        return _drift(place, synced, tip, "none", f"{at}, which is being synchronised now")
    if changed is None:
        last = f"{short(synced.commit)} was synchronised last"
        return _drift(place, synced, tip, "drift", f"{at}, which is not fetched; {last}")
    since = f"{short(synced.commit)}, which was synchronised last"
    found = tuple(sorted(path for path in changed if counts(path)))
    if not found:
        return _drift(
            place, synced, tip, "none", f"{at}; nothing that counts has changed since {since}"
        )
    what = f"{len(found)} file{'s' if len(found) > 1 else ''}"
    drift = _drift(place, synced, tip, "drift", f"{at}; {what} changed since {since}")
    return msgspec.structs.replace(drift, changed=found[:SHOWN], changed_count=len(found))


def next_action(drift: Drift) -> Action | None:
    """What shows how production would come to the tip."""
    if drift.status != "drift" or drift.tip is None or drift.synced is None:
        return None
    target = f" --target {shlex.quote(drift.target)}" if drift.target else ""
    command = f"safeguards sync --plan{target}"
    return Action(command, "shows what would bring production to it", safe=True)


def short(commit: str | None) -> str:
    """A commit as people read it."""
    return (commit or "")[:12]


def _drift(
    place: Place,
    synced: Run,
    tip: str | None,
    status: Literal["none", "drift", "unknown"],
    message: str,
) -> Drift:
    return Drift(
        status=status,
        remote=place.remote,
        branch=place.branch,
        seen=place.seen,
        message=message,
        target=synced.target or None,
        synced=synced.commit,
        run=synced.id or None,
        tip=tip,
    )
