"""A Swarm stack: what `verify` says of it, and syncs that lose no request, cut off or broken."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.syncs.stacks import Stacks
from tests.support.production import BACKEND
from tests.support.swarm import SwarmProduction, changing

from safeguards.errors import RefusedError
from safeguards.runtimes.change import Stamp, Version
from safeguards.runtimes.changing.swarm import SwarmChanger

pytestmark = pytest.mark.docker


@pytest.fixture
def changer(stack: SwarmProduction) -> Iterator[SwarmChanger]:
    with changing(stack.engine.env, stack.stack, (BACKEND,), stack.folder) as made:
        yield made


def test_what_runs_already_is_left_alone(changer: SwarmChanger, stack: SwarmProduction) -> None:
    before, tasks = changer.deployed(BACKEND), stack.tasks()
    assert before.tagged is not None
    assert before.running == (before.tagged, before.tagged)
    changer.replace(BACKEND, before.tagged, print)
    assert (changer.deployed(BACKEND), stack.tasks()) == (before, tasks)


def test_what_cannot_run_says_why(changer: SwarmChanger, stack: SwarmProduction) -> None:
    stamp = Stamp("production", "run-1", "f" * 40)
    with pytest.raises(RefusedError, match="no image"):
        changer.workbench(BACKEND, Version("sha256:" + "0" * 64), stamp, seconds=5)
    with pytest.raises(RefusedError, match=f"there is no service {stack.stack}_nowhere"):
        changer.deployed("nowhere")


def test_verify_tells_whether_a_stack_is_well(stack: SwarmProduction, tmp_path: Path) -> None:
    checkout = stack.checkout(tmp_path)
    assert verify(checkout) == (0, "ok")
    config = checkout / "safeguards.toml"
    config.write_text(config.read_text().replace('"npd-backend"]', '"npd-backend", "npd-none"]', 1))
    assert verify(checkout) == (1, "fail")


def test_cut_off_or_broken_a_sync_loses_no_request(stack: SwarmProduction, tmp_path: Path) -> None:
    stacks = Stacks(stack, tmp_path, seed=1)
    with stacks.under_load():
        stacks.round("revision", struck=0.5, then=("--resume",))
        stacks.round("ends")
    assert stacks.violations == []
    assert stacks.requests["answered"] > 0
    assert stacks.lost == 0, stacks.requests
    assert set(stacks.ends) == {"revision, killed in the roll, then sync --resume: 0", "ends: 15"}


def verify(checkout: Path) -> tuple[int, str]:
    """The exit code, and how the containers are."""
    argv = (sys.executable, "-m", "safeguards", "verify", "--no-journal", "--format", "json")
    done = subprocess.run(
        argv, cwd=checkout, capture_output=True, text=True, timeout=60, check=False
    )
    checks = {each["name"]: each["status"] for each in json.loads(done.stdout)["checks"]}
    return done.returncode, checks["containers"]
