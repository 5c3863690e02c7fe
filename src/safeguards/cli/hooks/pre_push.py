"""`hook pre-push`: judges what is pushed; when it passes, sees to it that something follows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.cli.following import pushes
from safeguards.cli.following.owned import Owner
from safeguards.cli.following.preparing import Passing, is_rehearsal, prepare
from safeguards.cli.gates.gate_input import Asked, told
from safeguards.cli.gates.gate_output import as_text
from safeguards.cli.gates.gating import is_deploy_remote, push_settings, run_gate
from safeguards.cli.gates.request import GateRequest
from safeguards.cli.journal import new_id, now, open_journal, push_of, record_push
from safeguards.cli.redact import REDACTOR
from safeguards.cli.standings.drift import note_before
from safeguards.config.schema import Config
from safeguards.errors import ConfigError
from safeguards.exitcodes import ExitCode
from safeguards.gate.refs import deployed
from safeguards.push.urls import without_credentials
from safeguards.system import environment, git, processes

if TYPE_CHECKING:
    from safeguards.cli.gates.gate_input import Pushing
    from safeguards.journal.journal import Journal
    from safeguards.system.git import Repository
    from safeguards.system.processes import Running

CALLER = "SAFEGUARDS_CALLER"
"""The number of the process that called the shim, which tells it so."""

UNJUDGED = "git push --no-verify pushes what nobody has judged"


@click.command("pre-push")
@click.argument("remote", required=False)
@click.argument("url", required=False)
def command(*, remote: str | None, url: str | None) -> int:
    """Judge the refs on standard input; exit code 1 keeps git from pushing them."""
    try:
        return _judged(remote, url)
    except ConfigError as error:
        error.hint = "; ".join(filter(None, (error.hint, UNJUDGED)))
        raise


def _judged(remote: str | None, url: str | None) -> int:
    environ = environment.variables()
    caller = processes.calling_git()
    repository = git.require(Path.cwd(), for_hook=True)
    found, folder = push_settings(repository, Path.cwd(), None)
    config = found.config if found else Config()
    pushing = told(repository, Asked(remote, url or "", None), config.push, environ)
    if not deployed(pushing.refs, config.push.branches) or not is_deploy_remote(
        repository, pushing.remote, pushing.url, config.push.remote
    ):
        return ExitCode.OK
    pushing = msgspec.structs.replace(pushing, remote=config.push.remote)
    at, journal, owner = now(), open_journal(repository, folder), Owner.of(environ)
    name = new_id(at) if owner is None else _name(owner, journal, pushing)
    if not name:
        return ExitCode.OK
    if owner is None:
        pushes.resume(repository)
    note = note_before(repository, journal, found, pushing.refs)
    if note:
        click.echo(f"note: {note}", err=True)
    verdict = run_gate(
        GateRequest(
            repository=repository,
            refs=pushing.refs,
            found=found,
            folder=folder,
            skip=REDACTOR.clean(environ.get("SAFEGUARDS_SKIP", "").strip()),
            repair=REDACTOR.clean(environ.get("SAFEGUARDS_REPAIR", "").strip()),
        )
    )
    click.echo(as_text(verdict, repository, color=False, verbose=False), nl=False, err=True)
    passing = Passing(push_of(name, at, verdict, pushing), verdict, caller, owner)
    if is_rehearsal(caller):
        return ExitCode.FINDINGS if verdict.outcome == "fail" else ExitCode.OK
    if _is_abandoned(caller, environ):
        return ExitCode.FINDINGS
    followed = config.targets and (config.push.post_push != "off" or owner is not None)
    if verdict.outcome != "fail" and followed:
        _follow_up(repository, journal, passing, background=config.push.post_push != "follow")
    else:
        record_push(journal, passing.push)
    return ExitCode.FINDINGS if verdict.outcome == "fail" else ExitCode.OK


def _is_abandoned(caller: Running | None, environ: Mapping[str, str]) -> bool:
    """Whether the git that called was killed meanwhile, or the shim: then nothing is pushed."""
    if caller is not None and not processes.is_alive(caller.pid, caller.started):
        return True
    above = environ.get(CALLER, "")
    return above.isdigit() and not processes.is_below(int(above))


def _name(owner: Owner, journal: Journal, pushing: Pushing) -> str:
    """The name of this push; "" when the same one has passed already, by another hook."""
    url = without_credentials(pushing.url)
    own = [push for push in journal.pushes(owner.KEPT) if owner.owns(push.id)]
    ids = {(ref.remote_ref, ref.local_oid) for ref in pushing.refs}
    for push in own:
        if push.url == url and {(r.remote_ref, r.local_oid) for r in push.refs} == ids:
            return ""
    return owner.next_id(len(own))


def _follow_up(
    repository: Repository, journal: Journal, passing: Passing, *, background: bool
) -> None:
    trouble = prepare(repository, journal, passing, "background" if background else "follow")
    if trouble:
        click.echo(f"warning: nothing will follow this push: {trouble}", err=True)
