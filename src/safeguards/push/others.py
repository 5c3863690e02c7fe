"""Whether it was another push of this clone that brought a commit to the remote."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from safeguards.journal.records import Push, PushedRef
from safeguards.push.pending import Awaited, Pending
from safeguards.push.urls import same_place

Contains = Callable[[str, str], bool | None]


def brought_by_another(
    pending: Pending,
    awaited: Awaited,
    tip: str,
    *,
    others: Iterable[Push],
    busy: frozenset[str],
    contains: Contains,
) -> bool:
    """Whether the remote, which is at `tip`, has the commit by one of the `others`.

    That is one whose commit contains it, and which found the remote without it. Of two pushes of
    the same commit that have not ended the later one brought it; `busy` are those that have not
    ended. So of all pushes of a commit that the remote took once, exactly one is not told this.
    """
    return any(
        _brought(pending, awaited, push, ref, contains)
        for push in others
        if push.id not in {pending.id, *pending.earlier} and push.gate != "fail"
        if push.outcome == "accepted" or (push.outcome == "unknown" and push.id in busy)
        if same_place(push.url, pending.url, pending.top)
        for ref in push.refs
        if ref.remote_ref == awaited.ref.remote_ref and contains(tip, ref.local_oid)
    )


def undecided(pending: Pending, awaited: Awaited, others: Iterable[Push]) -> frozenset[str]:
    """Earlier pushes of the same commit whose end is not known: they come first."""
    wanted = (awaited.ref.remote_ref, awaited.ref.local_oid)
    return frozenset(
        push.id
        for push in others
        if push.outcome == "unknown" and (push.at, push.id) < (pending.at, pending.id)
        if wanted in {(ref.remote_ref, ref.local_oid) for ref in push.refs}
    )


def _brought(
    pending: Pending, awaited: Awaited, push: Push, ref: PushedRef, contains: Contains
) -> bool:
    commit = awaited.ref.local_oid
    if ref.local_oid == commit:
        later = (push.at, push.id) > (pending.at, pending.id)
        if push.outcome == "unknown" and not later:
            return False
    elif not contains(ref.local_oid, commit):
        return False
    if not ref.remote_oid.strip("0"):
        return True
    # What the remote was at then may be a commit that never came here; a doubt is no proof.
    return contains(ref.remote_oid, commit) is False
