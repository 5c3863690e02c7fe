"""What the push mechanism costs everything that is no push: nothing, once a push is done."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from tests.integration.push.kit import Clone
from tests.support.shell import sh

from benchmarks.machine import describe
from benchmarks.measure import Side, in_turn
from benchmarks.pushes.shop import Shop, isolated
from benchmarks.table import ratios, seconds

WITHOUT, WITH, TWO_LINES = "without hooks", "after a push", "a hook that does nothing"
COMMITS = 30
IDLE = '#!/bin/sh\n[ "$1" = committed ] || exit 0\n'
"""What a reference-transaction hook that stayed would cost at the least."""

ACTIONS = {
    f"a rebase of {COMMITS} commits": ("rebase", "-q", "--onto", "other", "main", "topic"),
    "a commit": ("commit", "-q", "--allow-empty", "-m", "one"),
    "a fetch of one branch": ("fetch", "-q", "origin"),
}


def compare(folder: Path, rounds: int) -> str:
    """A table for each action; its sides are equal clones of one remote."""
    clones = {name: _clone(folder / name.replace(" ", "-")) for name in (WITHOUT, WITH, TWO_LINES)}
    hook = clones[TWO_LINES] / ".git/hooks/reference-transaction"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(IDLE)
    hook.chmod(0o755)
    _install_and_push(clones[WITH])
    parts = []
    for action, arguments in ACTIONS.items():
        sides = [
            Side(name, ("git", *arguments), top, dict(os.environ), partial(_again, top))
            for name, top in clones.items()
        ]
        samples = in_turn(sides, rounds)
        pairs = [(WITH, WITHOUT), (TWO_LINES, WITHOUT)]
        title = f"## {action}, {rounds} rounds"
        parts.append(f"{title}\n\n{seconds(samples)}\n\n{ratios(samples, pairs)}\n")
    return "\n".join(parts)


def _clone(folder: Path) -> Path:
    folder.mkdir()
    top = Shop(folder, 1, 0).clones[0].top
    shutil.rmtree(top / ".git/hooks")
    sh("git", "branch", "other", cwd=top)
    sh("git", "checkout", "-q", "-b", "original", cwd=top)
    for number in range(COMMITS):
        (top / f"file{number}").write_text(f"{number}\n")
        sh("git", "add", ".", cwd=top)
        sh("git", "commit", "-q", "-m", f"Commit {number}", cwd=top)
    sh("git", "checkout", "-q", "other", cwd=top)
    sh("git", "commit", "-q", "--allow-empty", "-m", "Meanwhile", cwd=top)
    sh("git", "push", "-q", "origin", "other", cwd=top)
    return top


def _install_and_push(top: Path) -> None:
    """The hooks, and a push that they follow to its end."""
    clone = Clone(top)
    clone.install()
    (top / ".git/hooks/pre-commit").unlink()  # the scan is measured elsewhere
    sh("git", "push", "-q", "origin", "original:main", cwd=top)
    (run,) = clone.settled()
    if run.status != "pass" or (top / ".git/hooks/reference-transaction").exists():
        raise RuntimeError(f"the push was not followed to its end: {run}")


def _again(top: Path) -> None:
    """As it was before each round: the topic not rebased, the branch not fetched."""
    sh("git", "checkout", "-q", "-B", "topic", "original", cwd=top)
    for command in (("update-ref", "-d", "refs/remotes/origin/other"), ("gc", "--auto", "-q")):
        subprocess.run(["git", *command], cwd=top, check=True)


def main(argv: list[str] | None = None) -> int:
    """Measure, and print one markdown document."""
    parser = argparse.ArgumentParser(prog="benchmarks/run rebase", description=__doc__)
    parser.add_argument("--rounds", type=int, default=21, help="how often each side runs")
    options = parser.parse_args(argv)
    print(f"# Beside pushes\n\n{describe()}\n", flush=True)
    with tempfile.TemporaryDirectory(prefix="safeguards-benchmark-") as parent:
        folder = Path(parent)
        with isolated(folder / "home"):
            print(compare(folder, options.rounds))
    return 0
