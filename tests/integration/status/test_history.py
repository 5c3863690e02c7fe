"""`safeguards history` as a program."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.integration.status.kit import Clone
from tests.support.shell import sh

from safeguards.runs import Push, Run, Step


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone.make(tmp_path)


def at(second: int) -> str:
    return f"2026-01-01T00:00:{second:02}.000Z"


def test_before_anything_happened(clone: Clone) -> None:
    ended = clone.run("history")
    assert (ended.code, ended.out) == (0, "There is no run and no push yet.\n")
    document = clone.run("history", "--format", "json").document
    assert document == {"version": 1, "runs": [], "pushes": []}
    assert not (clone.top / ".git" / "safeguards").exists()


def test_an_accepted_push_is_one_run_and_a_refused_one_none(clone: Clone) -> None:
    clone.synced()
    clone.failed_push()
    document = clone.run("history", "--format", "json").document
    (run,) = document["runs"]
    assert (run["id"], run["kind"], run["trigger"], run["status"]) == (
        *("r1", "sync", "push", "pass"),
    )
    assert run["checks"][0]["name"] == "containers"
    assert [(push["gate"], push["outcome"], push["run"]) for push in document["pushes"]] == [
        ("fail", "rejected", None),
        ("pass", "accepted", "r1"),
    ]
    text = clone.run("history").out
    assert text.count("\n") == 2
    assert "push of main to origin: refused by the gate" in text


def test_a_failed_run_has_its_checks_under_it(clone: Clone) -> None:
    (clone.top.parent / "running").unlink()
    clone.run("verify")
    text = clone.run("history").out
    assert "verify of production: failed with exit code 1 (" in text
    assert "\n    Check 1: Containers [FAIL]\n" in text


def test_newest_first_and_no_more_than_asked_for(clone: Clone) -> None:
    for number in range(5):
        push = Push(f"p{number}", at(number), "origin", (), "fail", "rejected")
        run = Run(f"r{number}", "verify", "manual", "production", at(number), "pass")
        clone.journal.write_push(push)
        clone.journal.write(msgspec.structs.replace(run, finished_at=at(number)))
    document = clone.run("history", "--limit", "2", "--format", "json").document
    assert [run["id"] for run in document["runs"]] == ["r4", "r3"]
    assert [push["id"] for push in document["pushes"]] == ["p4", "p3"]
    assert clone.run("history", "--limit", "3").out.count("\n") == 3
    assert clone.run("history", "--limit", "0").code == 64


def test_one_target(clone: Clone) -> None:
    for target in ("production", "staging"):
        sync = Run(f"run of {target}", "sync", "push", target, at(1), "pass", finished_at=at(2))
        clone.journal.write(sync)
        push = Push(f"push to {target}", at(1), "origin", (), "pass", "accepted", sync.id)
        clone.journal.write_push(push)
    clone.failed_push()
    document = clone.run("history", "--target", "staging", "--format", "json").document
    assert [run["target"] for run in document["runs"]] == ["staging"]
    assert {push["id"] for push in document["pushes"]} == {"push to staging", "g1"}


def test_a_run_whose_worker_was_killed_is_told_as_cut_off(clone: Clone) -> None:
    steps = (Step("build", "pass", 5), Step("migrate", "running"))
    run = Run("r1", "sync", "push", "production", at(1), "running", "1" * 40, steps=steps)
    clone.journal.write(run)
    script = (
        "import os, sys; from pathlib import Path\n"
        "from safeguards.system.spool import Spool\n"
        "with Spool(Path(sys.argv[1])).locked('r1'):\n"
        "    print(flush=True); sys.stdin.read()\n"
    )
    argv = [sys.executable, "-c", script, str(clone.spool.folder)]
    with subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as worker:
        assert worker.stdout is not None
        worker.stdout.readline()
        assert "sync of production: going on" in clone.run("history").out
        os.kill(worker.pid, signal.SIGKILL)
    text = clone.run("history").out
    assert "sync of production: cut off (" in text
    assert "    step migrate: cut off\n" in text
    (told,) = clone.run("history", "--format", "json").document["runs"]
    assert (told["status"], told["finished_at"], told["exit_code"]) == ("interrupted", None, None)
    assert [step["status"] for step in told["steps"]] == ["pass", "interrupted"]
    kept = clone.journal.run("r1")
    assert kept == run  # only told so: a worker that takes it up again finds what it left


def test_the_same_from_a_work_tree_and_a_bare_repository(clone: Clone, tmp_path: Path) -> None:
    clone.synced()
    sh("git", "worktree", "add", "-q", tmp_path / "second", "-b", "b", cwd=clone.top)
    expected = clone.run("history").out
    assert clone.run("history", cwd=tmp_path / "second").out == expected
    assert clone.run("history", cwd=clone.top / ".git").out == expected
