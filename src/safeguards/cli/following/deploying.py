"""What an accepted push does to production: the steps that exist, in their order."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.cli.configuration import require_config
from safeguards.cli.syncing.ordered import Ordered
from safeguards.cli.syncing.running import carry_out
from safeguards.cli.syncing.steps import plain_steps
from safeguards.config.choose import pick_target
from safeguards.config.find import find_in
from safeguards.errors import ConfigError
from safeguards.report import sync_text
from safeguards.report.printable import printable
from safeguards.runs import RUNNING, Run
from safeguards.system import git
from safeguards.system.committed import collect_settings
from safeguards.system.project import Project

if TYPE_CHECKING:
    from safeguards.config.find import Found
    from safeguards.push.deploy import Deploy, Order
    from safeguards.push.pending import Pending
    from safeguards.system.git import Repository


def deploying(repository: Repository, pending: Pending) -> tuple[Deploy, str]:
    """What brings the production of a push to a commit, and the name of its target.

    Raises `ConfigError` when there is no such target.
    """
    found = settings_of(repository, pending)
    name, _ = pick_target(found.config)
    return partial(_deploy, repository, found), name


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
    repository: Repository, found: Found, order: Order, write: Callable[[Run], None]
) -> Run:
    """Bring production to the commit of an order; writes the run at every step."""
    run = Run(
        id=order.run_id,
        kind="sync",
        trigger=order.trigger,
        target=order.target,
        started_at=order.started_at,
        status=RUNNING,
        commit=order.commit,
    )
    branch = printable(order.ref.removeprefix("refs/heads/"))
    place = branch if order.trigger == "receive" else f"{order.remote}/{branch}"
    at = f"{place} is at {order.commit[:12]}"
    click.echo(f"{at}; bringing {order.target} to it (run {order.run_id})")
    ordered = Ordered(repository, found, order.target, order.commit)
    ended = carry_out(ordered, run, write, plain_steps())
    click.echo(sync_text.render(ended, color=False), nl=False)
    return ended
