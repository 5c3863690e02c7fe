"""`safeguards sync` against the bare commands that it replaces: its cost, and its silence."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from statistics import median

import msgspec
from tests.integration.gate.kit import revision
from tests.integration.git.kit import GitRepo
from tests.support import engine
from tests.support.production import Production, brought_up
from tests.support.shell import sh
from tests.support.silence import Silence

from benchmarks.machine import describe
from benchmarks.measure import Sample, Side, environment, run
from benchmarks.table import ratios, seconds

BARE, OURS, UNTRIED = "bare commands", "sync", "sync, trial = false"
SCRIPT = Path(__file__).parent / "scripts" / "deploy.sh"
SYNC = (sys.executable, "-m", "safeguards", "sync")
BACKEND = Path("backend")
VERSIONS = BACKEND / "migrations" / "versions"
REQUIREMENTS = BACKEND / "requirements.txt"
CONFIG = "safeguards.toml"
TABLE = "[targets.production.sync]\n"


class Change(msgspec.Struct, frozen=True):
    """What every commit of a comparison changes besides one line of code and one revision."""

    title: str
    dependencies: bool


CHANGES = (
    Change("code and a revision; the image's layer of dependencies is kept", dependencies=False),
    Change("code, a revision and the requirements; dependencies are installed", dependencies=True),
)


class Author:
    """Writes the next commit and pushes it: there is always one that production lacks."""

    def __init__(self, production: Production) -> None:
        self._repo = GitRepo.init(production.folder)
        self._repo.git("add", "--all", "--force", "--", ":!.env")
        remote = production.folder.parent / "origin.git"
        sh("git", "init", "-q", "--bare", remote)
        self._repo.git("remote", "add", "origin", str(remote))
        self._config = (self._repo.top / CONFIG).read_text()
        self._push("Begin")

    def writes(self, change: Change, *, tried: bool) -> None:
        """A commit with this change, and with the new version tried beside the old one or not."""
        newest = max(int(path.name[:3]) for path in (self._repo.top / VERSIONS).glob("*.py"))
        name = f"{newest + 1:03}"
        text = revision(name, f"{newest:03}")
        self._repo.add(str(VERSIONS / f"{name}_more.py"), text)
        settings = TABLE if tried else f"{TABLE}trial = false\n"
        self._repo.add(CONFIG, self._config.replace(TABLE, settings))
        self._append(BACKEND / "app" / "main.py", f"# {name}\n")
        if change.dependencies:
            self._append(REQUIREMENTS, f"# {name}\n")
        self._push(f"Change {name}")

    def _append(self, path: Path, line: str) -> None:
        self._repo.add(str(path), (self._repo.top / path).read_text() + line)

    def _push(self, message: str) -> None:
        self._repo.commit(message)
        self._repo.git("push", "-q", "origin", "HEAD:refs/heads/main")


def main(argv: list[str]) -> int:
    """Bring the example up on this machine's engine, measure, take it down."""
    parser = argparse.ArgumentParser(prog="benchmarks/run sync", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5, help="how often each side runs")
    rounds = parser.parse_args(argv).rounds
    print(f"# Benchmarks\n\n{describe()}\n", flush=True)
    with engine.running() as answering, brought_up(answering) as production:
        author = Author(production)
        for change in CHANGES:
            print(compare(production, author, change, rounds), flush=True)
    return 0


def compare(production: Production, author: Author, change: Change, rounds: int) -> str:
    """Bring one commit live in each way, in turn; the first round warms up and is not kept."""
    samples: dict[str, list[Sample]] = {}
    silences: dict[str, list[float]] = {}
    for turn in range(rounds + 1):
        for side in sides(production, author, change):
            side.prepare()
            silence = Silence(f"{production.base_url}/health")
            with silence.heard():
                sample = run(side)
            if turn:
                samples.setdefault(side.name, []).append(sample)
                silences.setdefault(side.name, []).append(silence.seconds)
    pairs = [(OURS, BARE), (UNTRIED, BARE)]
    title = f"## sync: {change.title}, {rounds} rounds"
    tables = (title, seconds(samples), ratios(samples, pairs), unanswered(silences))
    return "\n\n".join(tables) + "\n"


def sides(production: Production, author: Author, change: Change) -> list[Side]:
    """The bare commands and sync with and without its trial, each with a commit of its own."""
    settings = environment() | production.env

    def side(name: str, argv: Sequence[str], *, tried: bool = True) -> Side:
        prepare = partial(author.writes, change, tried=tried)
        return Side(name, argv, production.folder, settings, prepare)

    return [
        side(BARE, ("bash", str(SCRIPT))),
        side(OURS, SYNC),
        side(UNTRIED, SYNC, tried=False),
    ]


def unanswered(silences: dict[str, list[float]]) -> str:
    """Milliseconds in which the API did not answer."""
    rows = ["| side | API silent, median ms | min – max ms |", "|---|---:|---:|"]
    for name, found in silences.items():
        walls = [each * 1000 for each in found]
        rows.append(f"| {name} | {median(walls):.0f} | {min(walls):.0f} – {max(walls):.0f} |")
    return "\n".join(rows)
