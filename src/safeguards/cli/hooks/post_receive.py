"""`hook post-receive`: this repository has received a push; does what follows, and shows it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from safeguards.cli.configuration import find_config
from safeguards.cli.following import pushes
from safeguards.cli.hooks.post_push import LATER, follow
from safeguards.cli.journal import new_id, now
from safeguards.config.find import Found, find_in
from safeguards.config.schema import Push
from safeguards.exitcodes import ExitCode
from safeguards.gate.refs import deployed, is_zero
from safeguards.push.pending import Awaited, Pending, encode
from safeguards.pushed import PushedRef
from safeguards.system import environment, git
from safeguards.system.committed import collect_settings
from safeguards.system.project import Project

if TYPE_CHECKING:
    from safeguards.system.git import Repository

HERE = "this repository"
DEFAULTS = ("refs/heads/main", "refs/heads/master")
"""Where the configuration is looked for when the repository's own HEAD leads nowhere."""

_FIELDS = 3


@click.command("post-receive")
def command() -> int:
    """Do what follows the refs on standard input; nothing can refuse them any more."""
    repository = git.require(Path.cwd(), for_hook=True)
    received = _received(environment.standard_input())
    pushes.resume(repository)
    found, settings = _settings(repository, received)
    push = found.config.push if found else Push()
    deploying = deployed(received, push.branches)
    if not deploying or push.post_push == "off":
        return ExitCode.OK
    if found is None or not found.config.targets:
        click.echo("safeguards: no production is configured, so nothing follows this push")
        return ExitCode.OK
    at = now()
    where = str(repository.top or repository.git_dir)
    pending = Pending(
        id=new_id(at),
        at=at,
        remote=HERE,
        url=where,
        lines=received,
        awaited=tuple(Awaited(ref) for ref in deploying),
        top=where,
        gate="skipped",
        mode=push.post_push,
        trigger="receive",
        skipped=("the pusher's gate is not known here",),
        settings=settings,
        taken=True,
    )
    pushes.spool_of(repository).put(pending.id, encode(pending))
    worker = pushes.start(repository, "worker", pending.id, logged=True)
    if push.post_push == "follow":
        follow(worker)
    else:
        click.echo(LATER)
    return ExitCode.OK


def _received(text: bytes) -> tuple[PushedRef, ...]:
    """The lines `old new ref`, as the refs of a push; what git never writes is left out."""
    rows = (line.decode("utf-8", "surrogateescape").split(" ", 2) for line in text.splitlines())
    return tuple(PushedRef(r[2], r[1], r[2], r[0]) for r in rows if len(r) == _FIELDS)


def _settings(repository: Repository, received: tuple[PushedRef, ...]) -> tuple[Found | None, str]:
    """The configuration, and the commit that holds it: what the branch was at before the push.

    Whoever can push does not choose what is done to production by the same push, nor by a branch
    of their own.
    """
    if repository.top is not None:
        return find_config(repository.top, None, repository), ""
    project = Project(repository.git_dir, repository.git_dir, repository, ())
    before = {ref.remote_ref: ref.remote_oid for ref in received}
    for branch in (repository.head_branch(), *DEFAULTS):
        commit = before.get(branch) or repository.commit_of(branch)
        if commit is not None and not is_zero(commit):
            found = find_in(collect_settings(project, commit))
            if found is not None:
                return found, commit
    return None, ""
