"""Where the journal lies: with the repository, so that all its work trees share one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from safeguards.cli.redact import REDACTOR
from safeguards.errors import UnreachableError
from safeguards.health.run import timestamp
from safeguards.journal.journal import Journal
from safeguards.journal.records import verify_run
from safeguards.system import environment
from safeguards.system.journal_store import JournalStore

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.system.clock import Clock
    from safeguards.system.git import Repository

_DIGITS = str.maketrans("", "", "-:")


def open_journal(repository: Repository | None, folder: Path) -> Journal:
    """The repository's journal; without git one under XDG_STATE_HOME for this folder."""
    if repository is not None:
        return Journal(JournalStore(repository.common_dir / "safeguards" / "journal.db"))
    digest = hashlib.sha256(str(folder).encode("utf-8", "surrogateescape")).hexdigest()[:16]
    state = environment.state_folder(environment.variables())
    return Journal(JournalStore(state / "journals" / f"{digest}.db"))


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


def counts_before(journal: Journal, target: str) -> Mapping[str, int]:
    """The last verified record counts, or nothing and a warning."""
    try:
        return journal.verified_counts(target)
    except UnreachableError as error:
        warn(error)
        return {}


def warn(error: UnreachableError) -> None:
    """Say on stderr what is wrong and what to do about it."""
    hint = f" (hint: {error.hint})" if error.hint else ""
    click.echo(REDACTOR.clean(f"warning: {error.message}{hint}"), err=True)
