"""What is told: values that JSON can hold, and texts of foreign objects."""

from __future__ import annotations

from typing import Any, Callable, Dict

Facts = Dict[str, Any]
Tell = Callable[[str], None]

MOST_FAULTS = 100
"""Attempts end here: a project with more is not judged better by a longer list."""

MOST_FRAMES = 60
MOST_TEXT = 8000
"""Characters kept of a message and of what the imported code printed."""

LATE = 1.0
"""Seconds that a child gets to tell where it was at the deadline."""


class BugError(Exception):
    """Something in this file went wrong; the text is the traceback."""


def text_of(error: object) -> str:
    """The message of an exception, also of one that cannot say it."""
    try:
        return str(error)[:MOST_TEXT]
    except Exception as failed:  # noqa: BLE001  foreign code; its own error is told instead
        return f"(its text raises {type(failed).__name__})"
