"""Makes ready what follows a push that has passed the gate: record, armed hook, waiter."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import msgspec

from safeguards.cli.following import pushes
from safeguards.cli.journal import encodable, record_push
from safeguards.errors import UnreachableError
from safeguards.push.pending import Awaited, Pending, Process, encode
from safeguards.push.refspecs import tracking_ref
from safeguards.system import arming, processes
from safeguards.system.remotes import fetch_refspecs, ref_at
from safeguards.system.spool import waiting

if TYPE_CHECKING:
    from safeguards.cli.following.owned import Owner
    from safeguards.journal.journal import Journal
    from safeguards.journal.records import Push
    from safeguards.pushed import GateVerdict, PushedRef
    from safeguards.system.git import Repository
    from safeguards.system.processes import Running

SEARCHED = 200
"""Pushes of the journal in which earlier ones to the same refs are looked for."""


class Passing(msgspec.Struct, frozen=True):
    """A push that has passed the gate, the git that makes it as far as it can be known, and the
    program that looks after it itself, if any.
    """

    push: Push
    verdict: GateVerdict
    git: Running | None = None
    owner: Owner | None = None


def is_rehearsal(git: Running | None) -> bool:
    """Whether git was called with --dry-run, as far as its command line tells."""
    return git is not None and not {"--dry-run", "-n"}.isdisjoint(processes.arguments(git))


def prepare(
    repository: Repository,
    journal: Journal,
    passing: Passing,
    mode: Literal["follow", "background"],
) -> str:
    """See to it that something follows this push; what is in the way in words, or "".

    The record comes first, before the journal's: from then on every kill leaves something that a
    later command finds. The waiter has its lock from its birth.
    """
    push, owner, git = passing.push, passing.owner, passing.git
    pushing = [Process(git.pid, git.started)] if git else []
    if owner is not None and owner.process is not None:
        pushing.append(owner.process)
    pending = Pending(
        id=push.id,
        at=push.at,
        remote=push.remote,
        url=push.url,
        lines=push.refs,
        awaited=tuple(_awaited(repository, push.remote, passing.verdict.refs)),
        top=str(repository.top or repository.git_dir),
        gate=push.gate,
        mode=mode,
        pushing=tuple(pushing),
        carrying=tuple(Process(e.pid, e.started) for e in processes.carriers(git)) if git else (),
        skipped=push.skipped,
        repair=push.repair,
        earlier=_earlier(journal, push),
        owned=owner is not None,
    )
    spool = pushes.spool_of(repository)
    try:
        spool.put(pending.id, encode(pending))
    except UnreachableError as error:
        record_push(journal, push)
        return error.message
    record_push(journal, push)
    try:
        if owner is None:
            arming.arm(repository)
        with spool.held(waiting(pending.id)) as lock:
            options = ("--lock", str(lock))
            pushes.start(repository, "waiter", pending.id, *options, logged=False, held=(lock,))
    except UnreachableError as error:
        return error.message
    return ""


def _awaited(repository: Repository, remote: str, refs: Iterable[PushedRef]) -> Iterable[Awaited]:
    specs = fetch_refspecs(repository, remote)
    for ref in refs:
        tracking = tracking_ref(specs, ref.remote_ref)
        before = ref_at(repository, tracking) if tracking else None
        yield Awaited(encodable(ref), tracking, before or "")


def _earlier(journal: Journal, push: Push) -> tuple[str, ...]:
    """Accepted pushes to one of these refs that the journal knows of already."""
    wanted = {ref.remote_ref for ref in push.refs}
    try:
        known = journal.pushes(SEARCHED)
    except UnreachableError:
        return ()
    return tuple(
        each.id
        for each in known
        if each.outcome == "accepted" and wanted & {ref.remote_ref for ref in each.refs}
    )
