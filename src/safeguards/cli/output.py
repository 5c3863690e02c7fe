"""Standard output: the chosen format, and nothing else."""

from __future__ import annotations

import click


def emit(text: str | bytes) -> None:
    """Write to standard output. A reader that went away (`| head`) changes no exit code."""
    try:
        click.echo(text, nl=False)
    except BrokenPipeError:
        from safeguards.system.streams import silence_stdout

        silence_stdout()
