"""A temporary folder to build something in, of which nothing is left."""

from __future__ import annotations

import shlex
import shutil
import sys
import tempfile
import time
from pathlib import Path

ATTEMPTS = 20
PAUSE = 0.1
"""Seconds between attempts to remove it: a process that was just killed may still write."""


class Workshop:
    """A new folder below the temporary folder; only its owner may enter."""

    def __init__(self, prefix: str) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=prefix)).resolve()

    def make(self, name: str) -> Path:
        """A folder in it, made when it is not there."""
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def overlay(self, source: Path, name: str) -> None:
        """Put the files of `source` into a folder of it, over those that are there."""
        shutil.copytree(
            source,
            self.folder / name,
            ignore=shutil.ignore_patterns("__pycache__"),
            dirs_exist_ok=True,
        )

    def program(self, name: str, *arguments: str) -> None:
        """A program in its `bin` that calls this Python with `arguments` before its own."""
        path = self.make("bin") / name
        path.write_text(f'#!/bin/sh\nexec {shlex.join((sys.executable, *arguments))} "$@"\n')
        path.chmod(0o755)

    def read(self, name: str) -> str:
        """The text of a file of it; nothing when there is none."""
        try:
            return (self.folder / name).read_text(encoding="utf-8", errors="replace")
        except OSError:
            return ""

    def remove(self) -> bool:
        """Remove it with all that is in it; False when that cannot be done."""
        for _ in range(ATTEMPTS):
            shutil.rmtree(self.folder, ignore_errors=True)
            if not self.folder.exists():
                return True
            time.sleep(PAUSE)
        return False
