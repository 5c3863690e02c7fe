"""The interpreter of a project, and a script that runs in it."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from safeguards.errors import DeadlineError, NotInstalledError, UnreachableError
from safeguards.system.process import run

START = 20.0
"""Seconds beside its own deadline that the script gets to start and to write its answer."""

HINT = "name the project's own interpreter with --python PATH"


def project_interpreter(environ: Mapping[str, str], here: Path, top: Path) -> str:
    """The active virtual environment's Python, else the nearest .venv's, else the running one."""
    folders = [here, *(each for each in here.parents if each == top or top in each.parents)]
    environments = [Path(active)] if (active := environ.get("VIRTUAL_ENV")) else []
    for folder in [*environments, *(each / ".venv" for each in folders)]:
        python = folder / "bin" / "python"
        if os.access(python, os.X_OK):
            return str(python)
    return sys.executable


def ask(python: str, script: Path, question: bytes, *, timeout: float) -> bytes:
    """What the script, run by `python` in the current folder, prints on standard output.

    The script keeps its own deadline of `timeout` seconds; it is ended after some more. Raises
    `NotInstalledError` when there is no such interpreter and `UnreachableError` when it prints
    nothing; everything it started is gone by then.
    """
    try:
        done = run([python, str(script)], timeout=timeout + START, stdin=question)
    except NotInstalledError as error:
        raise NotInstalledError(error.message, hint=HINT) from error
    except DeadlineError as error:
        raise DeadlineError(error.message, hint="give it longer with --import-timeout") from error
    if not done.stdout:
        last = done.error_text.strip().splitlines()[-1:]
        raise UnreachableError(
            f"{python} gave no answer; it ended with exit code {done.returncode}",
            hint=HINT,
            context=tuple(("it said", line) for line in last),
        )
    return done.stdout
