"""`safeguards sync`: production becomes the pushed commit, or stays exactly as it was."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from safeguards.cli.options import common_options, config_option, format_option, target_option
from safeguards.cli.syncing import unfinished
from safeguards.cli.syncing.asked import Asked, ask_for
from safeguards.cli.syncing.planning import show_plan
from safeguards.cli.syncing.shown import shown
from safeguards.errors import UsageError

EPILOG = """\b
Examples:
  safeguards sync --plan                 what would be done, and why; changes nothing
  safeguards sync --plan-digest 5e1f…    do it, if the plan is still that one
  safeguards sync                        production becomes what origin/main is at
  safeguards sync --resume               go on with what was cut off
  safeguards sync --abort                go back to what was there before it
Exit codes: 0 production is at the commit and well; 10 the plan changed; 11 somebody else syncs;
12 failed, nothing changed; 13 failed half-way; 14 not built; 15 rolled back; 16 and not well."""


@click.command("sync", epilog=EPILOG)
@click.argument("commit", required=False)
@click.option("--plan", is_flag=True, help="Show what would be done, and change nothing.")
@click.option(
    "--plan-digest",
    default="",
    metavar="DIGEST",
    help="Do only what a plan with this digest showed; else end with 10.",
)
@click.option("--resume", is_flag=True, help="Go on with the run that was cut off.")
@click.option("--abort", is_flag=True, help="Give that run up: back to what was there before.")
@click.option("--unpushed", is_flag=True, help="Take a COMMIT that the remote does not have.")
@click.option("--new-database", is_flag=True, help="The target's database has moved: take it.")
@format_option("text", "json", "markdown")
@target_option
@config_option
@common_options
def command(  # noqa: PLR0913  click passes each option by its name
    *,
    commit: str | None,
    plan: bool,
    plan_digest: str,
    resume: bool,
    abort: bool,
    unpushed: bool,
    new_database: bool,
    output_format: str,
    target_name: str | None,
    config_path: Path | None,
    no_color: bool,
    verbose: bool,  # noqa: ARG001  every step is always told
) -> int:
    """Bring production to a commit: migrations, images, containers; then check it.

    COMMIT is the tip of the first deploy branch unless it is given. Whatever fails, production
    stays what it was, or goes back to it; what cannot is told with what a person has to do.
    """
    if sum((plan, bool(plan_digest), resume, abort)) > 1:
        raise UsageError("--plan, --plan-digest, --resume and --abort exclude each other")
    asked = Asked(Path.cwd(), config_path, target_name, commit, unpushed, plan_digest, new_database)
    color = not no_color and sys.stdout.isatty()
    if resume or abort:
        return unfinished.settle(asked, output_format, abort=abort, color=color)
    ordered = ask_for(asked)
    if plan:
        return show_plan(ordered, output_format, color=color)
    return shown(ordered, output_format, digest=plan_digest, color=color)
