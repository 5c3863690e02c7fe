"""Groups of commands that are imported only when they are called."""

from __future__ import annotations

import importlib
from collections.abc import Collection, Mapping
from typing import Any

import click


class LazyGroup(click.Group):
    """A group whose commands are `command` in a module named after each.

    `listed` are those that help names, in its order, with what they do; `hidden` are more. `module`
    is the name of a module with `{}` for that of the command.
    """

    def __init__(
        self,
        *arguments: Any,
        listed: Mapping[str, str],
        module: str,
        hidden: Collection[str] = (),
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self._listed, self._hidden, self._module = listed, hidden, module

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command that help names."""
        return list(self._listed)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the command's module, or None for an unknown name."""
        if cmd_name not in self._listed and cmd_name not in self._hidden:
            return None
        module = importlib.import_module(self._module.format(cmd_name.replace("-", "_")))
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl(list(self._listed.items()))
