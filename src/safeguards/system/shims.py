"""The hook shims that come with safeguards: their text, and the program that they call."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path

from safeguards.errors import InternalError

LINE = "SAFEGUARDS=safeguards\n"
"""What is not the same in every installed shim: the program it calls."""

_PACKAGE = Path(__file__).resolve().parent.parent
_FOLDERS = (_PACKAGE / "hooks", _PACKAGE.parent.parent / "hooks")


def shim(name: str) -> bytes:
    """The text of a shim as it is installed here."""
    for folder in _FOLDERS:
        path = folder / name
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            return os.fsencode(text.replace(LINE, f"SAFEGUARDS={shlex.quote(program())}\n"))
    raise InternalError(f"the shim {name} is not among the installed files")


def program() -> str:
    """The path of the program that runs now: the script beside its Python, else that on PATH."""
    called = Path(sys.argv[0])
    beside = Path(sys.executable).parent / "safeguards"
    for candidate in (called if called.name == "safeguards" else beside, beside):
        if os.access(candidate, os.X_OK) and candidate.is_file():
            return str(candidate.absolute())
    return shutil.which("safeguards") or "safeguards"
