"""Sees every command line: of children from Python by its audit events, of all by /proc."""

from __future__ import annotations

import contextlib
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

AUDIT = """\
import json, os, sys

def _note(event, arguments):
    if event in ("subprocess.Popen", "os.exec", "os.posix_spawn"):
        argv = [os.fsdecode(part) for part in arguments[1]]
        with open(os.environ["OVERSEER_LOG"], "a") as log:
            log.write(json.dumps(argv) + "\\n")

sys.addaudithook(_note)
"""
GIT_ITSELF = (b"remote-http\0", b"pre-push\0")
"""git tells its own helper and its hooks the URL that the user gave it, and nobody else can: the
process that we are is then a child of one whose command line holds it already.
"""

PAUSE = 0.05


class Overseer:
    """Collects command lines while it runs; `variables` are for the processes to be seen."""

    def __init__(self, folder: Path) -> None:
        (folder / "hook").mkdir(parents=True)
        (folder / "hook" / "sitecustomize.py").write_text(AUDIT)
        self._log = folder / "argv.jsonl"
        self.variables = {"PYTHONPATH": str(folder / "hook"), "OVERSEER_LOG": str(self._log)}
        self._seen: set[bytes] = set()
        self._over = threading.Event()

    def started(self) -> list[list[str]]:
        """The argument lists that Python processes started something with."""
        if not self._log.exists():
            return []
        return [json.loads(line) for line in self._log.read_text().splitlines()]

    def command_lines(self) -> set[bytes]:
        """All that was seen, without what git tells its own."""
        started = {"\0".join(argv).encode(errors="surrogateescape") for argv in self.started()}
        return {line for line in started | self._seen if not any(own in line for own in GIT_ITSELF)}

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Look at /proc again and again meanwhile."""
        self._over.clear()
        thread = threading.Thread(target=self._look, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join(10)

    def _look(self) -> None:
        own = str(os.getpid())
        while not self._over.wait(PAUSE):
            for process in Path("/proc").iterdir():
                if process.name.isdigit() and process.name != own:
                    with contextlib.suppress(OSError):
                        self._seen.add((process / "cmdline").read_bytes())
