"""What has begun and not come to its end: pushes on their way, work going on, work cut off."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from safeguards.cli.following.pushes import is_cut_off
from safeguards.errors import UnreachableError
from safeguards.gate.refs import BRANCHES
from safeguards.push.pending import decode
from safeguards.runs import as_seen, current_step
from safeguards.standing import STUCK, State, Underway

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from safeguards.journal.journal import Journal
    from safeguards.push.pending import Pending
    from safeguards.runs import Run
    from safeguards.system.spool import Spool

STARTING = 1.0
"""Seconds that a worker may need to start: until then nobody holds what it will work on."""

RECENT = 50
"""Syncs among which the newest of each target is looked for."""

GOES_ON = "safeguards sync --resume"
"""The command that completes what was cut off."""


class Found:
    """What is underway in one repository, and which records could not be read.

    Without a journal that can be read, what nobody works on has an unknown end.
    """

    def __init__(self, spool: Spool, journal: Journal, sleep: Callable[[float], None]) -> None:
        self._spool = spool
        self._journal = journal
        self.unreadable: list[str] = []
        found = {each.id: each for each in self._records()}
        if any(each.state in STUCK for each in found.values()):
            # Between the end of git and the start of a worker nobody holds a record.
            sleep(STARTING)
            self.unreadable.clear()
            found = {each.id: each for each in self._records()}
        for run in self._abandoned():
            if run.id not in found and (own := self._of_run(run)) is not None:
                found[run.id] = own
        self.underway = tuple(found[name] for name in sorted(found))

    @property
    def commits(self) -> frozenset[str]:
        """The commits that somebody works on, or that are on their way."""
        busy = (each for each in self.underway if each.state not in STUCK)
        return frozenset(each.commit for each in busy if each.commit)

    def _records(self) -> Iterator[Underway]:
        for taken, records in ((False, self._spool.pending()), (True, self._spool.claimed())):
            for name, content in records:
                pending = decode(content)
                if pending is None:
                    self.unreadable.append(name)
                    continue
                state = self._state(pending, taken=taken)
                if state is not None:
                    yield self._of_record(pending, state, taken=taken)

    def _state(self, pending: Pending, *, taken: bool) -> State | None:
        """None for a record whose work ended just now."""
        if self._spool.is_locked(pending.id):
            return "working"
        if not is_cut_off(self._spool, pending, taken=taken):
            return "pushing"
        still = self._spool.claimed() if taken else self._spool.pending()
        if pending.id not in dict(still):
            return None
        with suppress(UnreachableError):
            known = self._journal.push(pending.id)
            if known is not None and known.outcome == "accepted":
                return "cut off"
        return "cut off" if pending.taken else "unknown"

    def _of_record(self, pending: Pending, state: State, *, taken: bool) -> Underway:
        run: Run | None = None
        with suppress(UnreachableError):
            run = self._journal.run(pending.id)
        folder = self._spool.folder / ("claimed" if taken else "pending")
        log = self._spool.log(pending.id)
        first = pending.awaited[0].ref
        return Underway(
            id=pending.id,
            at=pending.at,
            state=state,
            remote=pending.remote,
            refs=tuple(each.ref.remote_ref.removeprefix(BRANCHES) for each in pending.awaited),
            commit=first.local_oid,
            target=run.target if run else "",
            step=current_step(run),
            record=str(folder / f"{pending.id}.json"),
            log=str(log) if log.exists() else "",
            command=GOES_ON if state in STUCK else "",
        )

    def _abandoned(self) -> Iterator[Run]:
        """The newest sync of each target, if it never ended; a later one has taken its place."""
        seen: set[str] = set()
        newest: tuple[Run, ...] = ()
        with suppress(UnreachableError):
            newest = self._journal.syncs(RECENT)
        for run in newest:
            if run.target not in seen and run.finished_at is None:
                yield run
            seen.add(run.target)

    def _of_run(self, run: Run) -> Underway | None:
        """A sync that has no record of a push: it was called by hand, or its record is gone.

        None for one that ended just now.
        """
        alive = self._spool.is_locked(run.id)
        now = run
        with suppress(UnreachableError):
            now = self._journal.run(run.id) or run
        if now.finished_at is not None:
            return None
        return Underway(
            id=run.id,
            at=run.started_at,
            state="working" if alive else "cut off",
            remote="",
            refs=(),
            commit=run.commit,
            target=run.target,
            step=current_step(as_seen(run, alive=alive)),
            command="" if alive else GOES_ON,
        )
