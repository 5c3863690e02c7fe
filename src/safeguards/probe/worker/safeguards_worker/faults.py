"""An exception, or the death of a child, as facts."""

from __future__ import annotations

import os
import re
import signal
import sys
import traceback
from types import ModuleType
from typing import TYPE_CHECKING, Any

from safeguards_worker.mapped import mappers, name_of, owner
from safeguards_worker.texts import MOST_FRAMES, Facts, text_of

if TYPE_CHECKING:
    from collections.abc import Iterable


def fault(stage: str, module: str, error: BaseException) -> Facts:
    """An exception as facts: what, where, and which property was being configured."""
    error = getattr(error, "_configure_failed", None) or error
    chain: list[BaseException] = [error]
    while len(chain) < MOST_FRAMES and (chain[-1].__cause__ or chain[-1].__context__):
        following = chain[-1].__cause__ or chain[-1].__context__
        chain.append(following)  # type: ignore[arg-type]  # the condition says that it is there
    stack: list[Any] = next(
        (e.being_configured for e in chain if hasattr(e, "being_configured")), []
    )
    refused = [(prop.parent, prop.key) for prop in reversed(stack)]
    if not refused:
        refused = [(m, None) for m in mappers() if m.__dict__.get("_configure_failed") is error]
    places = traceback.extract_tb(error.__traceback__)[-MOST_FRAMES:]
    frames = [(os.path.realpath(place.filename), place.lineno) for place in places]
    if isinstance(error, SyntaxError) and error.filename:
        frames.append((os.path.realpath(error.filename), error.lineno or 1))
    return {
        "stage": stage,
        "module": module,
        "kinds": [kind.__name__ for kind in type(error).__mro__],
        "missing_module": getattr(error, "name", None) if isinstance(error, ImportError) else None,
        "message": text_of(error),
        "frames": frames,
        "owners": [owner(*each) for each in refused],
        "aside": [name_of(*each) for each in (refused[:1] + refused[-1:])],
    }


def revive(errors: Iterable[BaseException]) -> None:
    """Put modules back whose import failed: their classes are there and need them."""
    for error in errors:
        for frame, _ in traceback.walk_tb(error.__traceback__):
            name, file = frame.f_globals.get("__name__"), frame.f_globals.get("__file__")
            if file and isinstance(name, str) and name not in sys.modules:
                sys.modules[name] = ModuleType(name)
                sys.modules[name].__dict__.update(frame.f_globals)


def death_of(trace: str, status: int, doing: str, *, hung: bool) -> Facts:
    """How a child ended without an answer; the last block of a time-out is the main thread."""
    blocks = re.split(r"^(?:Current t|T)hread .*$", trace, flags=re.MULTILINE)[1:]
    frames = re.findall(r'File "(.+)", line (\d+)', blocks[-1 if hung else 0] if blocks else "")
    return {
        "stage": "hung" if hung else "died",
        "message": doing,
        "frames": [(os.path.realpath(file), int(line)) for file, line in reversed(frames)],
        "signal": signal_name(os.WTERMSIG(status)) if os.WIFSIGNALED(status) else "",
        "status": os.WEXITSTATUS(status) if os.WIFEXITED(status) else 0,
        "kinds": [],
        "owners": [],
        "aside": [],
    }


def signal_name(number: int) -> str:
    """`SIGSEGV`, or the number of one without a name."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
