"""What happens to a sync in the drill: kill -9 of its parts, and the end of its database."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from benchmarks.syncs import harness_path
from benchmarks.syncs.production import MARK, Production, kill, marked, terminate

BOUNDARY, MOMENT, CHILD = "the tool, at a write", "the tool, at a moment", "a process of its own"
SESSION, BACKEND, SERVER = "its sessions", "a backend, kill -9", "the database's server"
ENGINE = "its connections to the engine"
WEIGHTS = {BOUNDARY: 8, MOMENT: 5, CHILD: 3, SESSION: 2, BACKEND: 1, SERVER: 2}
"""How often each is chosen; ENGINE besides, where there is one."""

ENGINES = 3

LOOK = 0.02
"""Seconds between two looks for something to kill."""

PATIENCE = 180.0
"""Seconds after which a sync counts as one that hangs."""

SESSIONS = ("safeguards", "safeguards", "safeguards-sync", "safeguards: ")
"""How the names of ended sessions begin: all, those of a migration, that of the lock."""


class Aim(NamedTuple):
    """What is to be done: at a moment after so many seconds, or at the write that is told so."""

    kind: str
    seconds: float = 0.0
    write: str = ""
    when: str = "before"


class Sync:
    """One `safeguards sync` in a session of its own; what it prints and writes goes to files."""

    def __init__(
        self, environment: Mapping[str, str], top: Path, mark: str, log: Path, aim: Aim, *verb: str
    ) -> None:
        self.mark, self.log, self.top = mark, log, top
        self.said = log.with_suffix(".said")
        log.write_text("")
        harness = (str(harness_path()), str(log), aim.write, aim.when)
        with self.said.open("wb") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-I", *harness, "sync", *verb],
                cwd=top,
                env={**environment, MARK: mark},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )
        self.began = time.monotonic()

    @property
    def over(self) -> bool:
        return self.process.poll() is not None

    def wait(self) -> int | None:
        """Its exit code; None when it hangs, and is ended."""
        try:
            return self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            return None

    def writes(self) -> list[str]:
        """The writes of its journal, as they were told before they were made."""
        lines = self.log.read_text().splitlines()
        return [line.removeprefix("before ") for line in lines if line.startswith("before ")]

    def place(self) -> str:
        """Where it was last seen: the write that it made, or was about to make."""
        lines = self.log.read_text().splitlines()
        return lines[-1] if lines else "before its first write"

    def text(self) -> str:
        """All that it printed."""
        return self.said.read_text(errors="replace")


def weights(production: Production) -> dict[str, int]:
    """What this production can be struck by, and how often each is chosen."""
    return WEIGHTS | ({ENGINE: ENGINES} if production.has_engine else {})


def strike(aim: Aim, sync: Sync, production: Production, dice: random.Random) -> str:
    """Do it; where the sync was then, or "" when it was over before anything was met."""
    if aim.kind == BOUNDARY:
        sync.wait()
        return sync.place() if sync.process.returncode == -9 else ""
    while time.monotonic() - sync.began < aim.seconds and not sync.over:
        time.sleep(LOOK)
    while not sync.over:
        place = sync.place()
        if _once(aim.kind, sync, production, dice):
            return place
        time.sleep(LOOK)
    return ""


def _once(kind: str, sync: Sync, production: Production, dice: random.Random) -> bool:
    if kind == MOMENT:
        return kill(sync.process.pid)
    if kind == CHILD:
        ours = {sync.process.pid, os.getpid()}
        found = [each.pid for each in marked(sync.mark) if each.pid not in ours]
        found = [pid for pid in found if not production.belongs(pid)]
        return bool(found) and kill(dice.choice(found))
    if kind == SESSION:
        return terminate(production, dice.choice(SESSIONS)) > 0
    if kind == BACKEND:
        return production.kill_backend()
    if kind == ENGINE:
        return production.cut_engine()
    production.crash_database()
    time.sleep(dice.random())
    production.start_database()
    return True


def kill_after(syncs: list[Sync], dice: random.Random) -> Sync | None:
    """kill -9 of the one that works, some time after it has both locks; None when none lives."""
    while not all(each.over for each in syncs):
        working = [each for each in syncs if any(w == "lock: ok" for w in each.writes())]
        if working:
            time.sleep(dice.random() * 2)
            return working[0] if not working[0].over and kill(working[0].process.pid) else None
        time.sleep(LOOK)
    return None
