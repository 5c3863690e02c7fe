"""`safeguards migrations`: what concerns the Alembic history."""

from __future__ import annotations

import importlib

import click

VERBS = {"check": "find what would keep `alembic upgrade head` from its end"}
"""Each is `command` in `safeguards.cli.migrations_<verb>`."""

EPILOG = """\b
Examples:
  safeguards migrations check            the work tree
  safeguards migrations check --staged   what the next commit would hold"""


class LazyVerbs(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every verb."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the verb's module, or None for an unknown name."""
        if cmd_name not in VERBS:
            return None
        command = importlib.import_module(f"safeguards.cli.migrations_{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(VERBS.items()))


@click.group("migrations", cls=LazyVerbs, epilog=EPILOG)
def command() -> None:
    """Guard the Alembic history: reads its files, never imports or runs them."""
