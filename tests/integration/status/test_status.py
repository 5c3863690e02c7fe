"""`safeguards status` as a program: what it tells, from where, and with which exit code."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest
from tests.integration.status.kit import MAIN, TRACKING, Clone, safeguards
from tests.support.shell import sh

from safeguards.push.pending import Awaited, Process
from safeguards.pushed import PushedRef
from safeguards.runs import Run, Step
from safeguards.system.spool import waiting


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone.make(tmp_path)


@contextmanager
def locking(clone: Clone, name: str) -> Iterator[subprocess.Popen[bytes]]:
    """A living process that holds a lock of the spool."""
    script = (
        "import sys, time; from pathlib import Path\n"
        "from safeguards.system.spool import Spool\n"
        "with Spool(Path(sys.argv[1])).locked(sys.argv[2]) as held:\n"
        "    print(held, flush=True); time.sleep(60)\n"
    )
    argv = [sys.executable, "-c", script, str(clone.spool.folder), name]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"True\n"
        try:
            yield process
        finally:
            process.kill()


def running(clone: Clone, record: str, commit: str) -> Run:
    """A run that has begun and not ended."""
    steps = (Step("build", "pass", 5), Step("migrate", "running"))
    at = "2026-01-01T00:00:00.000Z"
    run = Run(record, "sync", "push", "production", at, "running", commit, steps=steps)
    clone.journal.write(run)
    return run


def test_before_the_first_run(clone: Clone) -> None:
    ended = clone.run("status")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out == (
        "There is no run yet.\nNo drift: nothing was ever synchronised from here\n"
    )
    assert not (clone.top / ".git" / "safeguards").exists()


def test_the_last_run_with_its_verdict(clone: Clone) -> None:
    commit = clone.synced().commit or ""
    ended = clone.run("status")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Last run: sync of production, ")
    assert f": passed ({commit[:12]}, by a push, " in ended.out
    assert "  Check 1: Containers [OK]\n" in ended.out
    assert "  PRODUCTION HEALTH CHECK PASSED\n" in ended.out
    assert ended.out.endswith(
        f"No drift: origin/main is at {commit[:12]}, which was synchronised last\n"
    )


def test_a_run_that_failed_is_the_last_one_and_nothing_was_synchronised(clone: Clone) -> None:
    (clone.top.parent / "running").unlink()
    clone.pending("r1", clone.head())
    assert clone.run("hook", "worker", "r1", "--in", clone.top, clone.top / ".git").code == 12
    document = clone.status()
    assert document["last_run"]["status"] == "fail"
    assert document["last_run"]["checks"][0]["status"] == "fail"
    assert document["drift"]["status"] == "never"


def test_a_verify_after_a_failed_sync_does_not_hide_it(clone: Clone) -> None:
    (clone.top.parent / "running").unlink()
    clone.pending("r1", clone.head())
    clone.run("hook", "worker", "r1", "--in", clone.top, clone.top / ".git")
    (clone.top.parent / "running").touch()
    clone.run("verify")
    ended = clone.run("status")
    assert ended.out.startswith("Last run: verify of production")
    assert "Last sync: " in ended.out
    assert "failed with exit code 12" in ended.out


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_the_same_from_every_place_of_the_repository(tmp_path: Path, object_format: str) -> None:
    clone = Clone.make(tmp_path, object_format=object_format)
    clone.add("deep/er/file", "x")
    clone.commit("deep")
    clone.git("push", "-q", "origin", "main")
    clone.git("worktree", "add", "-q", str(tmp_path / "second"), "-b", "other")
    expected = clone.synced()
    assert len(expected.commit or "") == (40 if object_format == "sha1" else 64)
    for place in (clone.top, clone.top / "deep" / "er", tmp_path / "second", clone.top / ".git"):
        document = clone.status(cwd=place)
        assert document["last_run"]["id"] == "r1"
        assert document["drift"]["status"] == "none", place
        assert document["drift"]["tip"] == expected.commit


def test_a_bare_repository_that_receives(tmp_path: Path) -> None:
    clone = Clone.make(tmp_path)
    server = clone.origin
    first = clone.head()
    second = clone.elsewhere("README.md")
    line = f"{first} {second} {MAIN}\n"
    done = subprocess.run(
        [sys.executable, "-m", "safeguards", "hook", "post-receive"],
        cwd=server,
        input=line,
        text=True,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert "PRODUCTION HEALTH CHECK PASSED" in done.stdout + done.stderr
    document = clone.status(cwd=server)
    assert document["target"] == "production"
    assert document["last_run"]["trigger"] == "receive"
    assert (document["drift"]["status"], document["drift"]["seen"]) == ("none", "here")
    theirs = clone.elsewhere()  # a push that no hook on the server has seen
    drifted = clone.status(cwd=server)
    assert (drifted["drift"]["status"], drifted["drift"]["tip"]) == ("drift", theirs)
    assert drifted["drift"]["message"].startswith(f"main is at {theirs[:12]}; 1 file changed")


def test_work_that_goes_on_is_told_with_its_step(clone: Clone) -> None:
    clone.synced()
    clone.add("x", "1")
    commit = clone.commit()
    clone.git("push", "-q", "origin", "main")
    clone.pending("r2", commit)
    with locking(clone, "r2"):
        clone.spool.take("r2")
        running(clone, "r2", commit)
        ended = clone.run("status")
        document = clone.status()
    assert ended.code == 0, ended
    assert "Going on: push of main to origin, begun 2026-01-01 00:00:00 UTC, " in ended.out
    assert ", at step migrate\n" in ended.out
    (work,) = document["underway"]
    assert (work["state"], work["step"], work["commit"]) == ("working", "migrate", commit)
    assert document["drift"]["message"].endswith("which is being synchronised now")
    assert document["next_actions"] == []


def test_work_that_was_cut_off_is_named_with_what_goes_on_with_it(clone: Clone) -> None:
    commit = clone.head()
    pending = clone.pending("r1", commit)
    with locking(clone, "r1") as worker:
        clone.spool.take("r1")
        running(clone, "r1", commit)
        accepted = msgspec.structs.replace(pending.push(), outcome="accepted", run="r1")
        clone.journal.write_push(accepted)
        assert clone.status()["underway"][0]["state"] == "working"
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
        document = clone.status()
    (work,) = document["underway"]
    assert (work["state"], work["step"], work["command"]) == (
        *("cut off", "migrate", "safeguards sync --resume"),
    )
    assert work["record"] == str(clone.top / ".git/safeguards/claimed/r1.json")
    assert document["exit_code"] == 1
    assert document["last_run"]["status"] == "interrupted"
    assert document["next_actions"][0]["command"] == "safeguards sync --resume"
    assert "Cut off: push of main to origin" in clone.run("status").out
    # What it names is the truth: the worker takes the record up again, and then all is well.
    assert clone.run("hook", "worker", "r1", "--in", clone.top, clone.top / ".git").code == 0
    after = clone.status()
    assert (after["exit_code"], after["underway"]) == (0, [])
    assert (after["last_run"]["status"], after["last_run"]["trigger"]) == ("pass", "resume")


def test_a_push_on_its_way_is_no_fault(clone: Clone) -> None:
    stat = Path(f"/proc/{os.getpid()}/stat").read_text().rpartition(")")[2].split()
    clone.pending("r1", clone.head(), pushing=(Process(os.getpid(), stat[19]),))
    document = clone.status()
    assert (document["exit_code"], document["underway"][0]["state"]) == (0, "pushing")
    waited = clone.pending("r2", clone.head())
    with locking(clone, waiting(waited.id)):
        assert [each["state"] for each in clone.status()["underway"]] == ["pushing"] * 2


def test_a_push_whose_end_nobody_knows(clone: Clone) -> None:
    ended_process = Process(2**22 - 7, "1")
    clone.pending("r1", clone.head(), pushing=(ended_process,))
    ended = clone.run("status")
    assert ended.code == 1
    assert "End unknown: push of main to origin" in ended.out
    assert "  nobody could tell yet whether the remote took it\n" in ended.out
    assert "next: safeguards sync --resume" in ended.out


def test_a_remote_that_did_not_answer_leaves_an_unknown_end(clone: Clone) -> None:
    commit = clone.head()
    ref = PushedRef(MAIN, commit, MAIN, "0" * 40)
    clone.pending("r1", commit, awaited=(Awaited(ref, TRACKING, commit),))
    clone.origin.rename(clone.origin.with_name("away"))
    clone.run("hook", "worker", "r1", "--in", clone.top, clone.top / ".git")
    document = clone.status()
    assert [each["state"] for each in document["underway"]] == ["unknown"]
    assert document["exit_code"] == 1


def test_a_worker_that_is_about_to_start_is_not_cut_off(clone: Clone) -> None:
    """Between the end of git and the start of the worker nobody holds the record."""
    clone.pending("r1", clone.head())
    script = "import time; time.sleep(0.4)\n"
    late = [sys.executable, "-c", script + _WORK, str(clone.top)]
    with subprocess.Popen(late, stdout=subprocess.DEVNULL) as worker:
        document = clone.status()
        worker.wait(60)
    assert [each for each in document["underway"] if each["state"] == "unknown"] == []


_WORK = (
    "import sys; from safeguards.cli.main import main\n"
    "main(['hook', 'worker', 'r1', '--in', sys.argv[1], sys.argv[1] + '/.git'])\n"
)


def test_a_run_without_a_record_that_was_cut_off(clone: Clone) -> None:
    running(clone, "manual", clone.head())
    document = clone.status()
    (work,) = document["underway"]
    assert (work["state"], work["record"], work["command"]) == (
        *("cut off", "", "safeguards sync --resume"),
    )
    assert document["exit_code"] == 1
    with locking(clone, "manual"):
        assert clone.status()["underway"][0]["state"] == "working"
    clone.synced()  # a later run takes its place
    assert clone.status()["underway"] == []


def test_a_record_of_another_version_is_said(clone: Clone) -> None:
    clone.spool.put("odd", b'{"version": 99}')
    document = clone.status()
    assert document["exit_code"] == 1
    assert "odd" in document["problems"][0]
    assert document["underway"] == []


def test_hostile_names_are_data(clone: Clone) -> None:
    commit = clone.head()
    name = "refs/heads/\x1b[2J'\"$(id)\u202e"
    ref = PushedRef(name, commit, name, "0" * 40)
    clone.pending("r1", commit, awaited=(Awaited(ref),), remote="-e\x1b]0;x\x07")
    for argv in (["status"], ["status", "--format", "markdown"], ["history"]):
        ended = clone.run(*argv)
        assert not set("\x1b\x07\u202e") & set(ended.out), argv
    assert clone.status()["underway"][0]["refs"] == [name.removeprefix("refs/heads/")]


def test_a_journal_that_cannot_be_read_is_a_problem_and_not_the_end(clone: Clone) -> None:
    clone.pending("r1", clone.head())
    path = clone.top / ".git" / "safeguards" / "journal.db"
    path.write_bytes(b"no database" * 1000)
    ended = clone.run("status")
    assert (ended.code, ended.err) == (1, "")
    assert f"Problem: the journal {path} cannot be used: " in ended.out
    assert ended.out.count("Problem: ") == 1
    assert "End unknown: push of main" in ended.out
    history = clone.run("history")
    assert (history.code, history.out) == (69, "")
    assert "hint: move it away" in history.err


def test_a_journal_that_is_locked_is_waited_for(clone: Clone) -> None:
    clone.synced()
    path = clone.top / ".git" / "safeguards" / "journal.db"
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    connection.execute("begin exclusive")
    process = subprocess.Popen(
        [sys.executable, "-m", "safeguards", "status"],
        cwd=clone.top,
        stdout=subprocess.PIPE,
        text=True,
    )
    time.sleep(1)
    connection.execute("commit")
    connection.close()
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    assert out.startswith("Last run: sync")


def test_targets(clone: Clone) -> None:
    clone.synced()
    text = (clone.top / "safeguards.toml").read_text()
    clone.write("safeguards.toml", text + text.replace("production", "staging"))
    document = clone.status("--target", "staging")
    assert (document["target"], document["last_run"]) == ("staging", None)
    assert document["drift"]["status"] == "never"
    assert clone.status()["target"] == "production"
    assert clone.run("status", "--target", "nope").code == 64


def test_a_wrong_configuration_is_said(clone: Clone) -> None:
    clone.write("safeguards.toml", "[push]\nbranch = 'main'\n")
    assert clone.run("status").code == 78


def test_without_a_configuration_or_a_repository(tmp_path: Path, home: Path) -> None:
    sh("git", "init", "-q", tmp_path / "plain")
    assert safeguards("status", cwd=tmp_path / "plain").code == 0
    (tmp_path / "none").mkdir()
    ended = safeguards("status", cwd=tmp_path / "none")
    assert (ended.code, ended.out) == (0, "There is no run yet.\n")
    assert safeguards("history", cwd=tmp_path / "none").code == 0


def test_a_worker_that_is_killed_again_and_again_is_always_told_truly(clone: Clone) -> None:
    for number in range(4):
        name = f"k{number}"
        # Each is a push of its own, not the one that an earlier push of the commit made needless.
        clone.pending(name, clone.head(), earlier=tuple(f"k{each}" for each in range(number)))
        argv = [
            sys.executable,
            "-m",
            "safeguards",
            "hook",
            "worker",
            name,
            "--in",
            str(clone.top),
            str(clone.top / ".git"),
        ]
        worker = subprocess.Popen(argv, stdout=subprocess.DEVNULL, start_new_session=True)
        time.sleep(0.1 + number * 0.08)
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait(60)
        document = clone.status()
        left = {each["id"]: each["state"] for each in document["underway"]}
        run = clone.journal.run(name)
        if run is None or run.finished_at is None:
            assert left[name] in {"cut off", "unknown"}
            assert document["exit_code"] == 1
        assert clone.run("hook", "worker", name, "--in", clone.top, clone.top / ".git").code == 0
        assert name not in {each["id"] for each in clone.status()["underway"]}
