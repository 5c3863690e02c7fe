"""`safeguards hook STAGE`: the other half of the hook shims. Not for people to call."""

from __future__ import annotations

import importlib

import click

STAGES = ("pre-commit", "pre-push", "post-push", "post-receive", "worker", "waiter")
"""Each is `command` in `safeguards.cli.hooks.<stage>`."""


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
def command() -> None:
    """Run what a hook of git stands for; the shims in the hooks folder call this."""
