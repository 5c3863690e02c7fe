"""A bug in safeguards: the log to send, and what to say about it."""

from __future__ import annotations

import platform
import sys
import traceback

from safeguards import __version__
from safeguards.cli.redact import REDACTOR
from safeguards.system import environment


def report_crash(error: BaseException) -> str:
    """Write a log without secrets and return the text to print; never raises."""
    what = REDACTOR.clean(f"{type(error).__name__}: {error}")
    return f"error: a bug in safeguards: {what}\nhint: {log_hint(error)}"


def log_hint(error: BaseException) -> str:
    """Write the log and return a hint that says where it is; never raises."""
    trace = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    text = (
        f"safeguards {__version__}, Python {platform.python_version()}, {platform.platform()}\n"
        f"argv: {sys.argv[1:]}\n\n{trace}"
    )
    folder = environment.state_folder(environment.variables()) / "crashes"
    try:
        path = environment.write_log(folder, "crash", REDACTOR.clean(text))
    except OSError as refused:
        return f"no log could be written ({refused}); run again with TMPDIR set"
    return f"please report it with the log {path}"
