"""`safeguards migrations`: what concerns the Alembic history."""

from __future__ import annotations

import click

from safeguards.cli.lazy import LazyGroup

VERBS = {"check": "find what would keep `alembic upgrade head` from its end"}
"""Each is `command` in `safeguards.cli.migrations_<verb>`."""

EPILOG = """\b
Examples:
  safeguards migrations check            the work tree
  safeguards migrations check --staged   what the next commit would hold"""


@click.group(
    "migrations",
    cls=LazyGroup,
    listed=VERBS,
    module="safeguards.cli.migrations_{}",
    epilog=EPILOG,
)
def command() -> None:
    """Guard the Alembic history: reads its files, never imports or runs them."""
