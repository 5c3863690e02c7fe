"""Reads the journal as people are told of it: what was cut off is called so."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.cli.configuration import find_config
from safeguards.cli.following.pushes import spool_of
from safeguards.cli.journal import open_journal
from safeguards.journal.journal import KEEP
from safeguards.runs import History, Push, Run, as_seen
from safeguards.system import git

if TYPE_CHECKING:
    from safeguards.journal.journal import Journal
    from safeguards.system.git import Repository

VERSION = 1
"""Of the documents of `history` and `status`."""


def journal_here(cwd: Path, config_path: Path | None, repository: Repository | None) -> Journal:
    """The journal that `verify` writes when it is called here."""
    if repository is not None:
        return open_journal(repository, cwd)
    found = find_config(cwd, config_path, None)
    return open_journal(None, Path(found.folder) if found else cwd)


def history_of(cwd: Path, config_path: Path | None, limit: int, target: str | None) -> History:
    """The newest runs of a target, and the newest pushes that led to no run of another one.

    Raises `UnreachableError` when the journal cannot be read.
    """
    repository = git.discover(cwd)
    journal = journal_here(cwd, config_path, repository)
    runs = tuple(seen(repository, run) for run in journal.runs(limit, target=target))
    pushes = journal.pushes(limit if target is None else KEEP)
    kept = [push for push in pushes if target is None or _is_for(journal, push, target)]
    return History(VERSION, runs, tuple(kept[:limit]))


def seen(repository: Repository | None, run: Run) -> Run:
    """The run as it is told now; somebody works on it while its lock is held."""
    if run.finished_at is not None:
        return run
    alive = repository is not None and spool_of(repository).is_locked(run.id)
    return as_seen(run, alive=alive)


def _is_for(journal: Journal, push: Push, target: str) -> bool:
    run = journal.run(push.run) if push.run else None
    return run is None or run.target in {"", target}
