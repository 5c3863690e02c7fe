"""`safeguards hook STAGE`: the other half of the hook shims. Not for people to call."""

from __future__ import annotations

import click

from safeguards.cli import native
from safeguards.cli.lazy import LazyGroup

STAGES = {
    "pre-commit": "judge what the commit would hold",
    "pre-push": "judge what is pushed, and see to it that something follows",
    "post-push": "a tracking ref has moved: start what follows that push",
    "post-receive": "this repository has received a push: do what follows",
    "worker": "bring one push to its end",
    "waiter": "wait for the end of one push",
}
ONCE = frozenset({"pre-push"})
"""Stages that pre-commit may be told to run, too; for one push only one of them judges."""


@click.group("hook", cls=LazyGroup, listed=STAGES, module="safeguards.cli.hooks.{}")
@click.pass_context
def command(context: click.Context) -> None:
    """Run what a hook of git stands for; the shims in the hooks folder call this."""
    stage = context.invoked_subcommand or ""
    code = native.verdict(stage, stage) if stage in ONCE else None
    if code is not None:
        context.exit(code)


@command.result_callback()
@click.pass_context
def remember(context: click.Context, code: int) -> int:
    """Hand on the exit code of the stage, and keep it where somebody may ask for it again."""
    stage = context.invoked_subcommand or ""
    if stage in ONCE:
        native.remember({stage: code})
    return code
