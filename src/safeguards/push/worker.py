"""The work that follows one push: once, by one process at a time, and to the end at some time.

A record's lock makes it one process; that the record goes only after the journal holds the end
makes it the end. The run has the push's own name, so that doing it again writes it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

import msgspec

from safeguards.errors import SafeguardsError
from safeguards.exitcodes import ExitCode
from safeguards.journal.records import Push, Run, Trigger
from safeguards.push.acceptance import Answer, Sight, ask
from safeguards.push.deploy import Deploy, Order
from safeguards.push.others import Contains, brought_by_another, undecided
from safeguards.push.pending import Awaited, Pending, decode

if TYPE_CHECKING:
    from safeguards.journal.journal import Journal
    from safeguards.system.spool import Spool

SEARCHED = 200
"""Pushes of the journal among which another one that brought the commit is looked for."""

PAUSES = 600
"""How often to wait for an earlier push of the same commit; then this one counts as taken."""


class Surroundings(Protocol):
    """What a push needs of the place it happened in."""

    def sight(self, pending: Pending) -> Sight:
        """How its remote is seen; `UnreachableError` when it is not configured any more."""

    def settle(self, pending: Pending) -> None:
        """Wait until nothing carries the push to its remote any more."""

    def deploy(self, pending: Pending) -> tuple[Deploy, str]:
        """What brings production to a commit, and the name of the target; `ConfigError`."""

    def is_alive(self, record_id: str) -> bool:
        """Whether somebody will still tell how the push of a record ended."""

    def pause(self) -> None:
        """Wait a moment."""

    def now(self) -> str:
        """The time in ISO 8601."""

    def say(self, line: str) -> None:
        """Tell whoever follows."""

    def crashed(self, error: Exception) -> str:
        """Keep a log of a bug; one line that says where."""


class Worker:
    """Works on records of one repository."""

    def __init__(self, spool: Spool, journal: Journal, around: Surroundings) -> None:
        self._spool = spool
        self._journal = journal
        self._around = around

    def work(self, record_id: str, moved: Sequence[str] = ()) -> Run | None:
        """Take a record and bring its push to an end; the run that it led to.

        `moved` are refs of the remote that the push's own git has told to be taken. None when
        another process works on it, when it has ended, when the remote did not take the push, or
        when that cannot be known now: then the record stays. Raises `UnreachableError` when the
        journal or the spool cannot be written.
        """
        with self._spool.locked(record_id) as held:
            content = self._spool.take(record_id) if held else None
            pending = decode(content) if content is not None else None
            if pending is None:
                return None
            known = self._journal.run(pending.id)
            if known is not None and known.finished_at is not None:
                self._spool.finish(record_id)
                return known
            if known is not None and known.commit is not None:
                run = self._run(pending, _of(pending, known.commit), known)
                self._spool.finish(record_id)
                return run
            answer = self._answer(pending, moved)
            if answer.unknown:
                self._journal.write_push(pending.push())
                self._around.say(f"whether {pending.remote} took the push: {answer.unknown}")
                return None
            if not answer.accepted:
                self._end(pending, None)
                self._around.say(f"{pending.remote} did not take the push: nothing to do")
                return None
            run = self._run(pending, answer.accepted[0], known)
            self._spool.finish(record_id)
            return run

    def _answer(self, pending: Pending, moved: Sequence[str]) -> Answer:
        told = [each for each in pending.awaited if each.ref.remote_ref in moved]
        if pending.taken or len(told) == len(pending.awaited):
            return Answer(pending.awaited)
        try:
            sight = self._around.sight(pending)
        except SafeguardsError as error:
            return Answer(tuple(told), "" if told else error.message)
        if not told:  # else git waits for us, and what carried the push waits for git
            self._around.settle(pending)
        brought = partial(self._brought, pending, sight.contains)
        return ask(pending.awaited, sight, brought=brought, told=moved)

    def _brought(self, pending: Pending, contains: Contains, awaited: Awaited, tip: str) -> bool:
        """Whether it was another push; waits for one that may be about to tell so."""
        others, busy = self._others()
        for _ in range(PAUSES):
            earlier = undecided(pending, awaited, others) & busy
            if not any(self._around.is_alive(each) for each in earlier):
                break
            self._around.pause()
            others, busy = self._others()
        return brought_by_another(
            pending, awaited, tip, others=others, busy=busy, contains=contains
        )

    def _others(self) -> tuple[tuple[Push, ...], frozenset[str]]:
        """The pushes of the journal, and which have not ended.

        The records come first: a push that has ended by then is in the journal as ended.
        """
        records = (*self._spool.pending(), *self._spool.claimed())
        busy = frozenset(name for name, _ in records)
        return self._journal.pushes(SEARCHED), busy

    def _run(self, pending: Pending, first: Awaited, known: Run | None) -> Run:
        trigger: Trigger = pending.trigger if known is None else "resume"
        started = self._around.now() if known is None else known.started_at
        run = Run(
            pending.id,
            "sync",
            trigger,
            known.target if known else "",
            started,
            "running",
            first.ref.local_oid,
            work=known.work if known else None,
        )
        # Before the push is known as accepted: whoever resumes it need not ask the remote again.
        self._journal.write(run)
        self._end(pending, run.id)
        try:
            deploy, target = self._around.deploy(pending)
            run = msgspec.structs.replace(run, target=target)
            self._journal.write(run)
            order = Order(
                run_id=run.id,
                commit=first.ref.local_oid,
                ref=first.ref.remote_ref,
                remote=pending.remote,
                target=target,
                trigger=trigger,
                started_at=started,
            )
            run = deploy(order, self._journal.write)
        except SafeguardsError as error:
            run = self._failed(run, error.exit_code)
            self._around.say(f"error: {error.message}")
            if error.hint:
                self._around.say(f"hint: {error.hint}")
        except Exception as error:  # noqa: BLE001  a bug ends this run, and is told as one
            run = self._failed(run, ExitCode.BUG)
            self._around.say(f"error: a bug in safeguards: {type(error).__name__}: {error}")
            self._around.say(self._around.crashed(error))
        self._journal.write(run)
        return run

    def _failed(self, run: Run, code: ExitCode) -> Run:
        now = self._around.now()
        written = self._journal.run(run.id) or run  # with all that was done until then
        return msgspec.structs.replace(written, status="fail", exit_code=int(code), finished_at=now)

    def _end(self, pending: Pending, run_id: str | None) -> None:
        """Write how the push ended; without a run its record has nothing more to say."""
        push = msgspec.structs.replace(
            pending.push(), outcome="accepted" if run_id else "rejected", run=run_id
        )
        self._journal.write_push(push)
        if run_id is None:
            self._spool.finish(pending.id)


def _of(pending: Pending, commit: str) -> Awaited:
    """The ref of the push that a run of it is of."""
    found = (each for each in pending.awaited if each.ref.local_oid == commit)
    return next(found, pending.awaited[0])
