"""`safeguards gate`: judge what a push would put on a deploy branch, before it leaves."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from safeguards.cli.gates.gate_input import Asked, told
from safeguards.cli.gates.gate_output import rendered
from safeguards.cli.gates.gating import is_deploy_remote, push_settings, run_gate
from safeguards.cli.gates.request import GateRequest
from safeguards.cli.journal import new_id, now, open_journal, push_of, record_push
from safeguards.cli.options import common_options, config_option, format_option, target_option
from safeguards.cli.output import emit
from safeguards.cli.redact import REDACTOR
from safeguards.config.schema import Config
from safeguards.exitcodes import ExitCode
from safeguards.system import environment, git

EPILOG = """\b
Examples:
  safeguards gate                       HEAD, as if it were pushed to the first deploy branch
  safeguards gate --commit v1.4         any other commit
  safeguards gate origin URL            as git calls a pre-push hook; the refs are on stdin
  safeguards gate --format json         for programs
  SAFEGUARDS_SKIP='reason' git push     let this push through; the reason is kept
  SAFEGUARDS_REPAIR='reason' git push   production is ill, and this push repairs it
Exit codes: 0 passed, skipped or nothing to judge, 1 refused."""


@click.command("gate", epilog=EPILOG)
@click.argument("remote", required=False)
@click.argument("url", required=False)
@click.option("--commit", "rev", metavar="REV", help="Judge this commit; default: HEAD.")
@click.option("--no-journal", is_flag=True, help="Keep no record of this verdict.")
@format_option("text", "json")
@target_option
@config_option
@common_options
def command(  # noqa: PLR0913  click passes each option by its name
    *,
    remote: str | None,
    url: str | None,
    rev: str | None,
    no_journal: bool,
    output_format: str,
    target_name: str | None,
    config_path: Path | None,
    no_color: bool,
    verbose: bool,
) -> int:
    """Judge a push before it leaves: models, migrations, and whether production can take it.

    Reads the pushed commits, never the work tree, and changes nothing.
    """
    cwd, environ = Path.cwd(), environment.variables()
    repository = git.require(cwd, for_hook=True)
    found, folder = push_settings(repository, cwd, config_path)
    push = found.config.push if found else Config().push
    pushing = told(repository, Asked(remote, url or "", rev), push, environ)
    followed = is_deploy_remote(repository, pushing.remote, pushing.url, push.remote)
    request = GateRequest(
        repository=repository,
        refs=pushing.refs if followed else (),
        found=found,
        folder=folder,
        skip=REDACTOR.clean(environ.get("SAFEGUARDS_SKIP", "").strip()),
        repair=REDACTOR.clean(environ.get("SAFEGUARDS_REPAIR", "").strip()),
        target=target_name,
        color=not no_color,
    )
    verdict = run_gate(request)
    if verdict.refs and not no_journal:
        at = now()
        record_push(open_journal(repository, folder), push_of(new_id(at), at, verdict, pushing))
    color = not no_color and sys.stdout.isatty()
    emit(rendered(verdict, repository, output_format, color=color, verbose=verbose))
    return ExitCode.FINDINGS if verdict.outcome == "fail" else ExitCode.OK
