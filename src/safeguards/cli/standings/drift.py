"""Whether the deploy branch has come to something that was never synchronised from here.

Somebody merged on the server, pushed from another clone or with --no-verify: no hook tells.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING

import msgspec

from safeguards.cli.following.pushes import spool_of
from safeguards.cli.redact import REDACTOR
from safeguards.cli.standings.inputs import Counts, everything, inputs_of
from safeguards.cli.standings.underway import Found as Underway
from safeguards.config.choose import pick_target
from safeguards.config.schema import Push
from safeguards.errors import UnreachableError, UsageError
from safeguards.gate.refs import BRANCHES, is_zero
from safeguards.journal.drift import (
    Place,
    Seen,
    compare,
    never,
    next_action,
    settled,
    short,
    undecided,
)
from safeguards.push.refspecs import tracking_ref
from safeguards.report.printable import printable
from safeguards.runs import Run
from safeguards.system.changes import beyond, changed_files
from safeguards.system.remotes import RemoteSight, fetch_refspecs, remote_urls

if TYPE_CHECKING:
    from safeguards.checks import Drift, Verdict
    from safeguards.config.find import Found
    from safeguards.config.targets import Target
    from safeguards.journal.journal import Journal
    from safeguards.pushed import PushedRef
    from safeguards.system.git import Repository

HERE = "this repository"
"""The remote of pushes that this repository received itself."""

SEARCHED = 200
"""Pushes of the journal in which the remote's commit is looked for."""


class Watched(msgspec.Struct, frozen=True):
    """A deploy branch and the production that follows it. `underway` are commits that somebody
    works on now; `deployed` is the commit that production itself tells, if it does.
    """

    repository: Repository
    journal: Journal
    push: Push
    target: str | None = None
    counts: Counts = everything
    underway: Collection[str] = ()
    deployed: str | None = None

    def synced(self) -> Run | None:
        """The run that production's commit is from; one without a name where another clone's was.

        Raises `UnreachableError` when the journal cannot be read.
        """
        known = self.journal.last_synced(self.target)
        if self.deployed is None or (known is not None and known.commit == self.deployed):
            return known
        return Run("", "sync", "manual", self.target or "", "", "pass", self.deployed)

    @property
    def branch(self) -> str:
        """The first deploy branch: that is what production follows."""
        return self.push.branches[0]


def watched(
    repository: Repository,
    journal: Journal,
    found: Found,
    target: tuple[str, Target],
    underway: Collection[str] = (),
    deployed: str | None = None,
) -> Watched:
    """The deploy branch of a configured target."""
    counts = inputs_of(repository, found, target[1])
    return Watched(repository, journal, found.config.push, target[0], counts, underway, deployed)


def fetched_drift(watch: Watched) -> Drift | None:
    """The drift as of the last fetch: two questions to git at most, and none without a run.

    None where nothing was ever synchronised, or the journal cannot be read. A tracking ref behind
    the run is only an old one.
    """
    try:
        synced = watch.synced()
        received = synced is not None and _was_received(watch, synced)
    except UnreachableError:
        return None
    if synced is None:
        return None
    if received:
        return _by_ref(watch, synced, "here", BRANCHES + watch.branch)
    tracking = f"refs/remotes/{watch.push.remote}/{watch.branch}"
    return _by_ref(watch, synced, "fetched", tracking)


def with_drift(
    verdict: Verdict,
    repository: Repository,
    journal: Journal,
    found: Found,
    deployed: Sequence[str] = (),
) -> Verdict:
    """The verdict with the drift as of the last fetch: a line and a next action, no failure.

    Where services are of several commits, one that drifted is enough.
    """
    target = verdict.target, found.config.targets[verdict.target]
    busy = Underway(spool_of(repository), journal, lambda _seconds: None).commits
    drift = None
    for commit in deployed or (None,):
        own = fetched_drift(watched(repository, journal, found, target, busy, commit))
        drift = own if drift is None or (own is not None and own.status == "drift") else drift
    if drift is None:
        return verdict
    advice = next_action(drift)
    actions = (*verdict.next_actions, *([advice] if advice else []))
    return msgspec.structs.replace(verdict, drift=drift, next_actions=actions)


def asked_drift(watch: Watched, *, offline: bool) -> tuple[Drift, str]:
    """The drift as the remote tells; and a note when it is only that of the last fetch.

    Raises `UnreachableError` when the journal cannot be read.
    """
    name, branch, repository = watch.push.remote, watch.branch, watch.repository
    synced = watch.synced()
    if synced is None:
        return never(Place(name, branch, "fetched"), watch.target), ""
    urls = () if _was_received(watch, synced) else remote_urls(repository, name)
    if not urls:
        return _by_ref(watch, synced, "here", BRANCHES + branch), ""
    note = f"{name} was not asked; its branch is that of the last fetch"
    if not offline:
        place = Place(name, branch, "remote")
        try:
            REDACTOR.learn(urls[0])
            tip = RemoteSight(repository, urls[0]).tips((BRANCHES + branch,))
        except UnreachableError as error:
            note = f"{REDACTOR.clean(error.message)}; its branch is that of the last fetch"
        else:
            return _by_tip(watch, synced, place, tip.get(BRANCHES + branch)), ""
    tracking = tracking_ref(fetch_refspecs(repository, name), BRANCHES + branch)
    if tracking is None:
        place = Place(name, branch, "fetched")
        return undecided(place, synced, f"no ref here follows {place.name}"), note
    return _by_ref(watch, synced, "fetched", tracking), note


def note_before(
    repository: Repository, journal: Journal, found: Found | None, refs: Iterable[PushedRef]
) -> str:
    """What to say before a push of these refs about what the first deploy branch has; or ""."""
    push = found.config.push if found else Push()
    branch = BRANCHES + push.branches[0]
    has = next((ref.remote_oid for ref in refs if ref.remote_ref == branch), "")
    if found is None or not found.config.targets:
        return ""
    try:
        name, target = pick_target(found.config)
    except UsageError:
        return ""
    counts = inputs_of(repository, found, target)
    note = drift_note(repository, journal, push, has, target=name, counts=counts)
    return printable(REDACTOR.clean(note))


def drift_note(
    repository: Repository,
    journal: Journal,
    push: Push,
    remote_oid: str,
    *,
    target: str | None = None,
    counts: Counts = everything,
) -> str:
    """What to say before a push about `remote_oid`, which the remote has: "" if that is known.

    It is not, when it neither was pushed from here nor is, in what counts, what was synchronised
    last. Asks no remote.
    """
    if not remote_oid or is_zero(remote_oid):
        return ""
    try:
        synced = journal.last_synced(target)
        if synced is None or remote_oid == synced.commit or _is_ours(journal, remote_oid):
            return ""
    except UnreachableError:
        return ""
    assert synced.commit is not None
    place = Place(push.remote, push.branches[0], "remote")
    changed = changed_files(repository, synced.commit, remote_oid)
    drift = compare(place, synced, remote_oid, changed, counts=counts)
    if drift.status != "drift":
        return ""
    if changed is None:
        return f"{drift.message}: this push does not have those commits; see: git fetch"
    unseen = "commits that no gate here saw; this push takes them to production too"
    return f"{drift.message}: {unseen}"


def _is_ours(journal: Journal, commit: str) -> bool:
    """Whether the commit was pushed from here: then its own run tells how that went.

    A gate that was called by hand knows of no URL, and is no push.
    """
    return any(
        ref.local_oid == commit
        for push in journal.pushes(SEARCHED)
        if push.outcome != "rejected" and push.url
        for ref in push.refs
    )


def _was_received(watch: Watched, synced: Run) -> bool:
    push = watch.journal.push(synced.id)
    return push is not None and push.remote == HERE


def _by_ref(watch: Watched, synced: Run, seen: Seen, ref: str) -> Drift:
    """The drift to a ref of this repository."""
    place = Place(watch.push.remote if seen == "fetched" else HERE, watch.branch, seen)
    assert synced.commit is not None
    tip = beyond(watch.repository, ref, synced.commit)
    if tip is None:
        gone = f"{short(synced.commit)}, which was synchronised last, is not here any more"
        elsewhere = f"{short(synced.commit)}, which production is of, is not here; see: git fetch"
        return undecided(place, synced, gone if synced.id else elsewhere)
    return _by_tip(watch, synced, place, tip) if tip else settled(place, synced)


def _by_tip(watch: Watched, synced: Run, place: Place, tip: str | None) -> Drift:
    if tip is None:
        return undecided(place, synced, f"{place.remote} has no branch {place.branch}")
    assert synced.commit is not None
    underway = tip in watch.underway
    same = underway or tip == synced.commit
    changed = () if same else changed_files(watch.repository, synced.commit, tip)
    return compare(place, synced, tip, changed, counts=watch.counts, underway=underway)
