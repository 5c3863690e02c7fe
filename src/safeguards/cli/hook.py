"""`safeguards hook STAGE`: the other half of the hook shims. Not for people to call."""

from __future__ import annotations

import importlib

import click

from safeguards.cli import native

STAGES = ("pre-commit", "pre-push", "post-push", "post-receive", "worker", "waiter")
"""Each is `command` in `safeguards.cli.hooks.<stage>`."""
ONCE = frozenset({"pre-push"})
"""Stages that pre-commit may be told to run, too; for one push only one of them judges."""


class LazyStages(click.Group):
    """A group whose commands are imported when git calls the hook."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every stage."""
        return list(STAGES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the stage's module, or None for an unknown name."""
        if cmd_name not in STAGES:
            return None
        module = importlib.import_module(f"safeguards.cli.hooks.{cmd_name.replace('-', '_')}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the stages without importing them."""
        with formatter.section("Stages"):
            formatter.write_dl([(stage, "") for stage in STAGES])


@click.group("hook", cls=LazyStages)
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
