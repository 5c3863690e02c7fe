"""Whole syncs of a Swarm stack, struck or not, while requests are made all the time."""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.integration.gate.kit import SAFEGUARDS, Ended, call, revision
from tests.integration.git.kit import GitRepo
from tests.support import engine, swarm
from tests.support.swarm import SwarmProduction

from benchmarks.machine import describe
from benchmarks.pushes.shop import isolated
from benchmarks.syncs.kills import table

KINDS = ("code", "revision", "ends", "unhealthy")
BAD = frozenset({"ends", "unhealthy"})
"""Those that Swarm takes back; their trial, which would tell before, is left out."""

MAIN, CONFIG = "backend/app/main.py", "safeguards.toml"
VERSIONS = "backend/migrations/versions"
HEALTH = '    """Is the database there?"""\n'
IMPATIENT = "health-timeout = 20\n"
BEGUN = "of 2 tasks run the new image"
"""What a sync tells as soon as Swarm was asked."""

ROLL = 12.0
"""Seconds from then within which the sync is struck; about as long as both instances take."""

GONE_BACK = 15
SYNC = ("sync", "HEAD", "--unpushed")


class Stacks:
    """Brings one stack from commit to commit; what must not be is a line in `violations`."""

    def __init__(self, production: SwarmProduction, folder: Path, seed: int) -> None:
        self.production = production
        self.repo = GitRepo(production.checkout(folder))
        self.dice = random.Random(seed)
        self.ends: Counter[str] = Counter()
        self.requests: Counter[str] = Counter()
        self.violations: list[str] = []
        self.serving = self.before = ""
        self._clean = {path: (self.repo.top / path).read_text() for path in (MAIN, CONFIG)}
        assert HEALTH in self._clean[MAIN]
        assert IMPATIENT in self._clean[CONFIG]

    @property
    def lost(self) -> int:
        """Requests that were not answered as they should be."""
        return self.requests.total() - self.requests["answered"]

    @contextmanager
    def under_load(self) -> Iterator[None]:
        """Requests all the time."""
        with self.production.under_load() as counts:
            try:
                yield
            finally:
                self.requests = counts

    def round(self, kind: str, struck: float | None = None, then: tuple[str, ...] = ()) -> None:
        """Sync to a commit of this kind; killed after so many seconds of the roll, when given, and
        gone on with by `sync` and these words.
        """
        serial, what = self._commit(kind), kind
        ended = self._run(*SYNC) if struck is None else self._struck(struck)
        if ended is None:
            what = f"{kind}, killed in the roll, then sync {' '.join(then)}".rstrip()
            ended = self._run(*(("sync", *then) if then else SYNC))
        self.ends[f"{what}: {ended.code}"] += 1
        wanted = GONE_BACK if kind in BAD else 0
        self.check(ended.code == wanted, f"{what} ends with {ended.code}", ended)
        if kind not in BAD:
            self.before, self.serving = self.serving, serial
        self.look(what)

    def roll_back(self) -> None:
        """Back to the version before on demand; the database stays ahead of it."""
        ended = self._run("rollback")
        self.ends[f"rollback: {ended.code}"] += 1
        self.check(ended.code == 0, f"a rollback ends with {ended.code}", ended)
        self.serving = self.before
        self.look("rollback", verified=False)

    def look(self, after: str, *, verified: bool = True) -> None:
        """Both instances are the version that is to be there, and `verify` finds them well."""
        self.production.check_healthy()
        answers = {self._version() for _ in range(6)}
        self.check(answers == {self.serving}, f"after {after}: {answers}, not {self.serving}")
        if verified:
            ended = self._run("verify")
            self.check(ended.code == 0, f"after {after}: verify ends with {ended.code}", ended)

    def check(self, holds: bool, what: str, ended: Ended | None = None) -> None:
        """Keep it as a violation when it does not hold."""
        if not holds:
            said = f"\n{ended.out}{ended.err}" if ended else ""
            self.violations.append(f"{what}{said}")
            print(self.violations[-1], file=sys.stderr, flush=True)

    def _version(self) -> str:
        return str(json.loads(self.production.get()[1]).get("version", ""))

    def _commit(self, kind: str) -> str:
        serial = f"v{self.ends.total()}-{self.dice.randrange(10**6)}"
        body = f'    return {{"status": "ok", "version": "{serial}"}}\n'
        if kind == "unhealthy":
            body = '    raise HTTPException(500, "broken")\n'
        main = self._clean[MAIN].replace(HEALTH, HEALTH + body)
        if kind == "ends":
            main = main.replace("import os\n", "import os\nraise SystemExit('no way')\n", 1)
        settings = f"health-timeout = 60\ntrial = {str(kind not in BAD).lower()}\n"
        self.repo.add(MAIN, main)
        self.repo.add(CONFIG, self._clean[CONFIG].replace(IMPATIENT, settings))
        if kind == "revision":
            newest = max(path.name[:3] for path in (self.repo.top / VERSIONS).glob("*.py"))
            name = f"{int(newest) + 1:03}"
            self.repo.add(f"{VERSIONS}/{name}_more.py", revision(name, newest))
        self.repo.commit(f"{kind} {serial}")
        return serial

    def _run(self, *words: str) -> Ended:
        return call((*SAFEGUARDS, *words), self.repo.top, env=self.production.engine.env)

    def _struck(self, seconds: float) -> Ended | None:
        """Sync, killed so long after the roll began; its end when it had come to that by then."""
        process = subprocess.Popen(
            [*SAFEGUARDS, *SYNC],
            cwd=self.repo.top,
            env={**os.environ, **self.production.engine.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        told = ""
        with process:
            assert process.stdout is not None
            while BEGUN not in told and (line := process.stdout.readline()):
                told += line
            timer = threading.Timer(seconds, process.kill)
            timer.start()
            told += process.stdout.read()
            timer.cancel()
        killed = process.returncode == -signal.SIGKILL
        return None if killed else Ended(process.returncode, told, "")


@contextmanager
def running(folder: Path, seed: int) -> Iterator[Stacks]:
    """The example's stack on an engine of this machine, and the drill of it."""
    with engine.running() as found, swarm.deployed(found) as production:
        yield Stacks(production, folder, seed)


def main(argv: list[str] | None = None) -> int:
    """Run rounds and print what came of them; 1 when a request was lost, or an end is wrong."""
    options = _parse(argv)
    print(f"# syncs of a Swarm stack under load\n\n{describe()}\n", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="safeguards-stacks-") as parent:
        folder = Path(parent)
        with isolated(folder / "home"), running(folder, options.seed) as stacks:
            with stacks.under_load():
                drill(stacks, options.rounds)
            lost, requests = stacks.lost, dict(stacks.requests)
    print(table("what came of it", dict(sorted(stacks.ends.items()))))
    print(table("requests", requests))
    counts = {"lost": lost, "violations": len(stacks.violations)}
    print(table("what", {**counts, "seconds": round(time.monotonic() - started)}))
    return 1 if lost or stacks.violations else 0


def drill(stacks: Stacks, rounds: int) -> None:
    """Every kind in turn, first left alone, then struck; now and then back on demand."""
    stacks.round("code")
    for number in range(rounds):
        kind = KINDS[number // 2 % len(KINDS)]
        struck = stacks.dice.uniform(0, ROLL) if number % 2 else None
        resumed = (number // 2 + number // (2 * len(KINDS))) % 2 == 0
        stacks.round(kind, struck, ("--resume",) if resumed else ())
        if kind == "revision" and struck is not None:
            stacks.roll_back()
            stacks.round("code")


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run sync-swarm", description=__doc__)
    parser.add_argument("--rounds", type=int, default=16)
    parser.add_argument("--seed", type=int, default=1, help="chooses when syncs are struck")
    return parser.parse_args(argv)
