"""Where the journal lies: with the repository, so that all its work trees share one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.cli.redact import REDACTOR
from safeguards.errors import UnreachableError
from safeguards.health.run import timestamp
from safeguards.journal.journal import Journal
from safeguards.journal.records import Push, verify_run
from safeguards.push.urls import without_credentials
from safeguards.pushed import PushedRef
from safeguards.system import environment
from safeguards.system.clock import SystemClock
from safeguards.system.journal_store import JournalStore

if TYPE_CHECKING:
    from safeguards.checks import Item, Verdict
    from safeguards.cli.gates.gate_input import Pushing
    from safeguards.pushed import GateVerdict
    from safeguards.system.clock import Clock
    from safeguards.system.git import Repository

Past = tuple[Callable[[str], Mapping[str, int]], "Callable[[str], tuple[str, tuple[Item, ...]]]"]
"""Tells of a target the record counts that were verified last, and how its containers were."""

_DIGITS = str.maketrans("", "", "-:")


def open_journal(repository: Repository | None, folder: Path) -> Journal:
    """The repository's journal; without git one under XDG_STATE_HOME for this folder."""
    if repository is not None:
        return Journal(JournalStore(repository.common_dir / "safeguards" / "journal.db"))
    digest = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    state = environment.state_folder(environment.variables())
    return Journal(JournalStore(state / "journals" / f"{digest}.db"))


def now() -> str:
    """The time in ISO 8601 in UTC, to the millisecond."""
    return timestamp(SystemClock().now())


def new_id(at: str) -> str:
    """A name for what begins at this time, ISO 8601; names sort by time."""
    return f"{at[:19].translate(_DIGITS)}-{secrets.token_hex(4)}"


def record_verify(journal: Journal, verdict: Verdict, clock: Clock) -> None:
    """Write the run; a journal that cannot be written is a warning and never a verdict."""
    finished = timestamp(clock.now())
    try:
        journal.write(verify_run(new_id(verdict.started_at), verdict, finished, "manual"))
    except UnreachableError as error:
        warn(error)


def push_of(name: str, at: str, verdict: GateVerdict, pushing: Pushing) -> Push:
    """The record of a push that was judged; `pushing.remote` is the remote that is followed."""
    return Push(
        id=name,
        at=at,
        remote=_text(without_credentials(pushing.remote)),
        refs=tuple(encodable(ref) for ref in pushing.refs),
        gate=verdict.outcome,
        outcome="rejected" if verdict.outcome == "fail" else "unknown",
        url=_text(without_credentials(pushing.url)),
        skipped=verdict.skipped,
        repair=verdict.repair,
    )


def record_push(journal: Journal, push: Push) -> None:
    """Write the push, as `record_verify` writes a run."""
    try:
        journal.write_push(push)
    except UnreachableError as error:
        warn(error)


def counts_before(journal: Journal, target: str) -> Mapping[str, int]:
    """The last verified record counts, or nothing and a warning."""
    try:
        return journal.verified_counts(target)
    except UnreachableError as error:
        warn(error)
        return {}


def containers_before(journal: Journal, target: str) -> tuple[str, tuple[Item, ...]]:
    """How the containers were when they were verified last, or nothing and a warning."""
    try:
        return journal.last_containers(target)
    except UnreachableError as error:
        warn(error)
        return "", ()


def past_of(journal: Journal) -> Past:
    """What production is compared with: how it was at the last verify, asked when it is needed."""
    return partial(counts_before, journal), partial(containers_before, journal)


def warn(error: UnreachableError) -> None:
    """Say on stderr what is wrong and what to do about it."""
    hint = f" (hint: {error.hint})" if error.hint else ""
    click.echo(REDACTOR.clean(f"warning: {error.message}{hint}"), err=True)


def encodable(ref: PushedRef) -> PushedRef:
    """A name of a ref may be bytes that are no text; the journal holds text."""
    return PushedRef(*(_text(part) for part in msgspec.structs.astuple(ref)))


def _text(name: str) -> str:
    return name.encode("utf-8", "replace").decode()
