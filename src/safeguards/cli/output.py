"""Standard output: the chosen format, and nothing else."""

from __future__ import annotations

import click


def emit(text: str | bytes) -> bool:
    """Write to standard output; whether anybody reads it.

    A reader that went away (`| head`) changes no exit code.
    """
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        from safeguards.system.streams import silence_stdout

        silence_stdout()
        return False
    return True
