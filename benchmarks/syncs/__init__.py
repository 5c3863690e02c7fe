"""Drills of `safeguards sync`: whatever is killed, production is the new commit or the old one."""

from __future__ import annotations

from pathlib import Path


def harness_path() -> Path:
    """The script that runs safeguards and may end it."""
    return Path(__file__).parent / "harness.py"
