"""What the figures depend on besides the code."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version


def describe() -> str:
    """One line: Python, libraries, cores, and how busy the machine is now."""
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return (
        f"Python {platform.python_version()}, SQLAlchemy {version('sqlalchemy')}, "
        f"{os.cpu_count()} cores, load average {load}"
    )
