"""kill -9 of whatever a push consists of, at random moments; the next command completes it."""

from __future__ import annotations

import argparse
import json
import os
import random
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from tests.integration.push.kit import PROGRAM

from benchmarks.machine import describe
from benchmarks.pushes.below import KINDS, MARK, Found, kill, marked
from benchmarks.pushes.shop import BRANCHES, PATIENCE, Shop, isolated
from benchmarks.pushes.truth import Account, Update, account, told
from safeguards.cli.following.pushes import cut_off

if TYPE_CHECKING:
    from collections.abc import Iterator
    from subprocess import Popen

    from benchmarks.pushes.shop import Place

LOOK = 0.004
"""Seconds between two looks at what a push consists of."""

EVERYTHING = "everything"
SPANS = {"git": 2.5, "waiter": 2.5, "safeguards push": 3.0, EVERYTHING: 3.0, "pre-push": 1.2}
"""Seconds after its start within which a process of a kind is killed; the others, within OTHER."""
OTHER = 0.8

STALE = 30.0
"""Seconds after which a lock of git is nobody's."""
GITS = {"git", "server"}
"""What locks refs."""

TRUE_WITHIN = 10.0
"""Seconds in which what nobody works on must be known as cut off, and the other way round."""


class Drill:
    """Pushes, kills, looks; the next push or `safeguards push` must complete what was left."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop, self.dice = shop, random.Random(seed)
        self.killed: Counter[str] = Counter()
        self.locks = 0
        self.rounds = 0
        self.violations: list[str] = []
        self.outside: list[Update] = []
        self.ours = [each for each in shop.places if each.clone is shop.clones[0]]
        self.other = shop.clones[1]
        slow = shop.remote / "hooks/update"
        slow.parent.mkdir(exist_ok=True)
        slow.write_text("#!/bin/sh\nsleep 0.05\n")
        slow.chmod(0o755)

    def run(self, kills: int) -> Account:
        """Go on until so many kills have met something that lived."""
        while self.killed.total() < kills:
            self.rounds += 1
            self._round()
        self._complete()
        found = account(self.shop, outside=self.outside)
        self.violations += found.violations
        for process in self._strays():
            self.violations.append(f"still there: {process}")
        counts = {
            "kills": self.killed.total(),
            "pushes begun": self.rounds,
            "ref locks that a killed git left": self.locks,
            **found.counts,
            "violations": len(self.violations),
        }
        return Account(counts, self.violations)

    def _round(self) -> None:
        place, branch = self.dice.choice(self.ours), self.dice.choice(("main", *BRANCHES))
        self._ready(place, branch)
        kind = self.dice.choice((*KINDS, EVERYTHING, "waiter", "worker", "git"))
        where = str(self.shop.remote) if self.dice.randrange(6) == 0 else "origin"
        whole = kind == "safeguards push" or self.dice.randrange(5) == 0
        os.environ[MARK] = mark = f"{os.getpid()}.{self.rounds}."
        push = self.shop.push(place, where, f"HEAD:refs/heads/{branch}", whole=whole)
        met = self._kill(push, mark, kind)
        os.environ[MARK] = f"{os.getpid()}.look"
        if met:
            self.killed[kind] += 1
        push.wait(PATIENCE)
        if self.dice.randrange(2):
            self._look(f"round {self.rounds}, {kind} killed" if met else f"round {self.rounds}")
        if self.dice.randrange(8) == 0:
            self._complete()

    def _ready(self, place: Place, branch: str) -> None:
        """The work tree as it is, or with a commit more; sometimes somebody else was faster."""
        self._unlock()
        name = f"{place.name}-{branch}"
        if place.git("checkout", "-q", name).returncode:
            place.git("checkout", "-q", "-b", name, f"origin/{branch}")
        if self.dice.randrange(3):
            place.commit(f"round {self.rounds}")
        if self.dice.randrange(8) == 0:
            self._overtake(branch)
        elif self.dice.randrange(3):
            place.catch_up(branch)

    def _overtake(self, branch: str) -> None:
        self.other.git("fetch", "-q", "origin")
        self.other.git("checkout", "-q", "-B", branch, f"origin/{branch}")
        self.outside.append(Update(branch, self.other.commit(f"round {self.rounds}")))
        self.other.git("push", "-q", "--no-verify", "origin", branch)

    def _kill(self, push: Popen[bytes], mark: str, kind: str) -> bool:
        """Kill a process of the kind some time after it has begun; whether one was met."""
        while True:
            over = push.poll() is not None
            found = list(_of(kind, mark))
            if found:
                break
            if over and not any(True for _ in marked(mark)):
                return False
            time.sleep(LOOK)
        time.sleep(self.dice.random() ** 2 * SPANS.get(kind, OTHER))
        victims = list(_of(kind, mark)) or found
        if kind != EVERYTHING:
            victims = [self.dice.choice(victims)]
        return sum(kill(each) for each in victims) > 0

    def _look(self, when: str) -> None:
        """What is known of each record is true before long: somebody has it, or it is cut off."""
        clone, deadline = self.shop.clones[0], time.monotonic() + PATIENCE
        wrong_since: dict[str, float] = {}
        while time.monotonic() < deadline:
            records = {name for name, _ in (*clone.spool.pending(), *clone.spool.claimed())}
            stuck = {each.id for each in cut_off(clone.spool)}
            living = {word for each in marked(f"{os.getpid()}.") for word in (*each.argv, MARK)}
            wrong = {name for name in records if (name in stuck) == (name in living)}
            wrong_since = {name: wrong_since.get(name, time.monotonic()) for name in wrong}
            for name, since in wrong_since.items():
                if time.monotonic() - since > TRUE_WITHIN:
                    state = "cut off" if name in stuck else "being worked on"
                    self.violations.append(f"{when}: {name} is known as {state}, and is not")
                    return
            if records <= stuck and not living:
                return
            time.sleep(0.1)
        self.violations.append(f"{when}: never at rest")

    def _complete(self) -> None:
        """One command with nothing to push completes all that was cut off, and git works."""
        self._look(f"round {self.rounds}, before it is completed")
        self._unlock()
        self._ask_status()
        place, clone = self.shop.places[0], self.shop.clones[0]
        place.git("checkout", "-q", "--detach", "origin/main")
        self.shop.push(place, "origin", "origin/main:refs/heads/main", whole=True).wait(PATIENCE)
        if not self.shop.settle([clone]):
            self.violations.append(f"round {self.rounds}: not completed")
        place.commit("git works")
        place.catch_up("main")
        if (clone.top / ".git/hooks/reference-transaction").exists():
            self.violations.append(f"round {self.rounds}: the hook is still armed")

    def _ask_status(self) -> None:
        """`safeguards status` names what is left and how to go on with it, and nothing else."""
        clone = self.shop.clones[0]
        left = {each.id for each in cut_off(clone.spool)}
        done = self.dice.choice(self.ours).run(str(PROGRAM), "status", "--format", "json")
        underway = json.loads(done.stdout)["underway"]
        named = {each["id"] for each in underway if each["command"] == "safeguards push"}
        if len(underway) != len(named) or named != left:
            self.violations.append(f"round {self.rounds}: left are {left}, status says {underway}")

    def _unlock(self) -> None:
        """Remove what a killed git leaves locked, as git tells people to do; we never do."""
        for git_dir in (self.shop.clones[0].top / ".git", self.shop.remote):
            for lock in git_dir.glob("refs/**/*.lock"):
                age = time.time() - lock.stat().st_mtime if lock.exists() else 0
                if age > STALE or not any(each.kind in GITS for each in marked(f"{os.getpid()}.")):
                    lock.unlink(missing_ok=True)
                    self.locks += 1

    def _strays(self) -> list[Found]:
        deadline = time.monotonic() + TRUE_WITHIN
        while (found := list(marked(f"{os.getpid()}."))) and time.monotonic() < deadline:
            time.sleep(0.1)
        return [each for each in found if each.pid != os.getpid()]


def _of(kind: str, mark: str) -> Iterator[Found]:
    for process in marked(mark):
        if kind in {process.kind, EVERYTHING}:
            yield process


def main(argv: list[str] | None = None) -> int:
    """Run the drill and print one table; 1 when anything was lost, done twice or told wrongly."""
    options = _parse(argv)
    print(f"# kill -9\n\n{describe()}\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="safeguards-drill-") as parent:
        folder = Path(parent)
        with isolated(folder / "home"):
            drill = Drill(Shop(folder, 2, 1), options.seed)
            started = time.monotonic()
            found = drill.run(options.kills)
            took = time.monotonic() - started
    print("| killed | times |\n|---|---:|")
    for kind, count in sorted(drill.killed.items()):
        print(f"| {kind} | {count} |")
    print()
    return told(found, took)


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run kills", description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1, help="chooses what is killed, and when")
    return parser.parse_args(argv)
