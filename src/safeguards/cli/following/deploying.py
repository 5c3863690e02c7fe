"""What an accepted push does to production: the steps that exist, in their order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.cli.configuration import require_config
from safeguards.cli.health import ask_production
from safeguards.cli.journal import counts_before, open_journal
from safeguards.cli.production import open_production
from safeguards.config.find import find_in
from safeguards.errors import ConfigError
from safeguards.exitcodes import ExitCode
from safeguards.health.heads import Committed
from safeguards.health.run import timestamp
from safeguards.journal.records import Run, Step
from safeguards.report import verify_text
from safeguards.report.printable import printable
from safeguards.system import git
from safeguards.system.committed import collect_settings
from safeguards.system.project import Project
from safeguards.system.tree_files import TreeFiles
from safeguards.system.trees import BlobStore, CommittedTree

if TYPE_CHECKING:
    from safeguards.cli.production import Production
    from safeguards.config.find import Found
    from safeguards.push.deploy import Deploy, Order
    from safeguards.push.pending import Pending
    from safeguards.system.git import Repository


def deploying(repository: Repository, pending: Pending) -> tuple[Deploy, str]:
    """What brings the production of a push to a commit, and the name of its target.

    Raises `ConfigError` when there is no such target.
    """
    found = settings_of(repository, pending)
    journal = open_journal(repository, Path(found.folder))
    production = open_production(found, None, partial(counts_before, journal))
    return partial(_deploy, repository, production), production.name


def settings_of(repository: Repository, pending: Pending) -> Found:
    """The configuration of a push: of its work tree, or of the commit that it names."""
    where = Path(pending.top)
    if not pending.settings:
        return require_config(where, None, git.discover(where) or repository)
    project = Project(repository.git_dir, repository.git_dir, repository, ())
    found = find_in(collect_settings(project, pending.settings))
    if found is None:
        raise ConfigError(
            f"there is no configuration in {pending.settings[:12]}, which the branch was at",
            hint="push a safeguards.toml, or a pyproject.toml with [tool.safeguards]",
        )
    return msgspec.structs.replace(found, folder=where / found.folder)


def _deploy(
    repository: Repository, production: Production, order: Order, write: Callable[[Run], None]
) -> Run:
    """Check production, which is all that there is to do yet; writes the run as it goes on."""
    run = Run(
        id=order.run_id,
        kind="sync",
        trigger=order.trigger,
        target=order.target,
        started_at=order.started_at,
        status="running",
        commit=order.commit,
        steps=(Step("verify", "running"),),
    )
    write(run)
    branch = printable(order.ref.removeprefix("refs/heads/"))
    place = branch if order.trigger == "receive" else f"{order.remote}/{branch}"
    click.echo(f"{place} is at {order.commit[:12]}; checking {order.target} (run {order.run_id})")
    production = _following(production, repository, order.commit)
    verdict = ask_production(production, "full", wait=0, commit=order.commit, color=False)
    click.echo(verify_text.render(verdict, verbose=False, color=False), nl=False)
    passed = verdict.status == "pass"
    return msgspec.structs.replace(
        run,
        status=verdict.status,
        exit_code=int(ExitCode.OK if passed else ExitCode.FAILED_UNCHANGED),
        finished_at=timestamp(production.seams.clock.now()),
        steps=(Step("verify", verdict.status, verdict.duration_ms),),
        checks=verdict.checks,
    )


def _following(production: Production, repository: Repository, commit: str) -> Production:
    """The production, compared with a commit, whatever is checked out."""
    tree = CommittedTree(BlobStore(repository), repository.tree_files(commit))
    committed = Committed(f"commit {commit[:12]}", TreeFiles(tree))
    seams = msgspec.structs.replace(production.seams, committed=committed)
    return msgspec.structs.replace(production, seams=seams)
