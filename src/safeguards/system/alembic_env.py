"""What Alembic is doing, asked from within the env.py that it runs."""

from __future__ import annotations

import sys
from contextlib import suppress
from typing import Any, NoReturn

READING = frozenset(
    {"current", "check", "history", "revision", "show"}
    | {"display_version", "retrieve_migrations", "show_current", "edit_current", "nothing"}
    | {"_display_current_history"}
)
"""Commands that only ask a database, and the functions by which Alembic does what they want."""


def changes_nothing() -> bool:
    """Whether the command only asks the database. What is not known counts as a change."""
    from alembic import context

    command = ""
    with suppress(Exception):  # nobody need have called Alembic by its command line
        command = context.config.cmd_opts.cmd[0].__name__  # type: ignore[union-attr]
    options = _options()
    wanted = getattr(options.get("fn"), "__name__", "")
    return bool(options.get("dont_mutate")) or not READING.isdisjoint({command, wanted})


def is_done(connection: Any) -> bool:
    """Whether this is an upgrade, and the database has it already.

    Also for one that will fail because it does not know the database's revision.
    """
    from alembic.runtime.migration import MigrationContext
    from alembic.util import CommandError

    options = _options()
    upgrade = options.get("fn")
    if upgrade is None or getattr(upgrade, "__name__", "") != "upgrade":
        return False
    table = {key: options[key] for key in options if key.startswith("version_table")}
    asked = MigrationContext.configure(connection=connection, opts=table)
    heads = asked.get_current_heads()
    try:
        return not list(upgrade(heads, asked))
    except CommandError:
        return True


def refuse(message: str) -> NoReturn:
    """End the command with this message, and without a traceback."""
    from alembic.util import CommandError

    raise CommandError(message)


def tell(line: str) -> None:
    """A line for whoever called Alembic."""
    with suppress(OSError, ValueError):
        sys.stderr.write(f"safeguards: {line}\n")
        sys.stderr.flush()


def _options() -> dict[str, Any]:
    """How the migration was configured; nothing before it was."""
    from alembic import context

    try:
        return dict(context.get_context().opts)
    except Exception:  # noqa: BLE001  Alembic raises a bare one, and NameError where it runs no env.py
        return {}
