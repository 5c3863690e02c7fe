"""Moments at which a kill, a refusal or a twin would lose a run or make two: each is held open."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from benchmarks.pushes.below import MARK, Found, marked
from tests.integration.push.conftest import World
from tests.integration.push.kit import PROGRAM, Clone, until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")

HELD = 'touch "{0}/there.$$"; while test -e "{0}/hold"; do sleep 0.05; done'
"""Says that it is there, and waits until it is let go."""


class Held:
    """Whatever runs HELD waits until `go`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.script = HELD.format(folder)
        self._hold = folder / "hold"
        self._hold.touch()

    def arrived(self, count: int = 1) -> None:
        until(lambda: len(list(self.folder.glob("there.*"))) >= count)

    def go(self) -> None:
        self._hold.unlink(missing_ok=True)


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    found = Held(tmp_path)
    yield found
    found.go()


def begin(clone: Clone, *arguments: str, cwd: Path | None = None) -> subprocess.Popen[bytes]:
    """Start `git push`; its processes have the name of the test's folder as their mark."""
    return subprocess.Popen(
        ["git", "push", *arguments],
        cwd=cwd or clone.top,
        env={**os.environ, MARK: str(clone.top)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def process(clone: Clone, kind: str) -> Found:
    """The process of this kind of the push that is on its way, once it is there."""
    found: list[Found] = []

    def looked() -> bool:
        found.extend(each for each in marked(str(clone.top)) if each.kind == kind)
        return bool(found)

    until(looked)
    return found[0]


def outcomes(clone: Clone) -> list[tuple[str, str]]:
    """Commit and outcome of each push, oldest first."""
    names = {clone.git("rev-parse", f"HEAD~{n}").strip(): f"HEAD~{n}" for n in (1, 0)}
    pushes = reversed(clone.pushes())
    return [(names[push.refs[0].local_oid], push.outcome) for push in pushes]


def started(world: World) -> Clone:
    """A clone whose remote has its first commit, with a second one that is not pushed."""
    clone = world.clone()
    clone.push("--no-verify", "origin", "main")
    clone.commit("Second")
    return clone


def test_of_two_pushes_of_a_commit_at_once_one_is_followed(file_world: World, held: Held) -> None:
    clone = started(file_world)
    tree = file_world.folder / "tree"
    clone.git("worktree", "add", "-q", "--detach", tree)
    file_world.hook("pre-receive", held.script)
    twins = [begin(clone, "origin", "HEAD:refs/heads/main", cwd=each) for each in (clone.top, tree)]
    held.arrived(2)
    held.go()
    assert sorted(each.wait(60) == 0 for each in twins) == [False, True]
    assert [run.status for run in clone.settled()] == ["pass"]
    assert sorted(push.outcome for push in clone.pushes()) == ["accepted", "rejected"]


def test_a_refused_commit_that_a_later_push_brings_is_not_followed(
    file_world: World, held: Held
) -> None:
    clone = started(file_world)
    file_world.hook("update", f"{held.script}; exit 1")
    refused = begin(clone, "origin", "main")
    held.arrived()
    waiter = process(clone, "waiter")
    until(lambda: bool(clone.waiters()))
    os.kill(waiter.pid, signal.SIGSTOP)
    held.go()
    assert refused.wait(60) != 0
    (file_world.remote() / "hooks/update").unlink()
    clone.commit("Third, on top of it")
    assert clone.push("origin", "main").returncode == 0
    os.kill(waiter.pid, signal.SIGCONT)
    clone.settled()
    assert outcomes(clone) == [("HEAD~1", "rejected"), ("HEAD~0", "accepted")]
    assert len(clone.runs()) == 1


def test_a_commit_that_the_remote_is_beyond_is_not_followed_again(file_world: World) -> None:
    clone = started(file_world)
    clone.push("origin", "main")
    other = file_world.clone()
    other.git("fetch", "-q")
    other.git("reset", "-q", "--hard", "origin/main")
    other.commit("On top")
    other.push("--no-verify", "origin", "main")
    done = clone.push("origin", "main")
    assert "fetch first" in done.stderr
    assert "GATE PASSED" in done.stderr
    clone.settled()
    assert outcomes(clone) == [("HEAD~0", "accepted"), ("HEAD~0", "rejected")]
    assert len(clone.runs()) == 1


@pytest.mark.every_remote
def test_what_the_remote_takes_after_git_was_killed_is_followed(world: World, held: Held) -> None:
    clone = started(world)
    world.hook("pre-receive", held.script)
    pushing = begin(clone, "origin", "main")
    held.arrived()
    git = process(clone, "git")
    os.kill(git.pid, signal.SIGKILL)
    pushing.wait(60)
    # Longer than the waiter waits for the hook's own worker.
    with pytest.raises(AssertionError):
        until(lambda: not (clone.spool.pending() or clone.spool.claimed()), patience=2)
    held.go()
    clone.settled()
    assert outcomes(clone) == [("HEAD~0", "accepted")]
    assert [run.status for run in clone.runs()] == ["pass"]


def slow_production(clone: Clone, held: Held) -> None:
    """Production does not answer before it is let go; the gate does not ask it."""
    settings = clone.top / "safeguards.toml"
    calm = settings.read_text()
    settings.write_text(calm.replace("test !", f"{held.script}; test !".replace('"', "'")))


def test_a_run_that_was_cut_off_goes_on_whatever_became_of_the_remote(
    file_world: World, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = started(file_world)
    slow_production(clone, held)
    monkeypatch.setenv("SAFEGUARDS_SKIP", "the gate would wait too")
    pushing = begin(clone, "origin", "main")
    held.arrived()
    for kind in ("waiter", "worker"):
        os.kill(process(clone, kind).pid, signal.SIGKILL)
    assert pushing.wait(60) == 0
    held.go()
    until(lambda: not clone.waiters())
    assert [run.status for run in clone.runs()] == ["running"]
    shutil.move(file_world.remote(), file_world.folder / "away")
    clone.git("update-ref", "-d", "refs/remotes/origin/main")
    subprocess.run([PROGRAM, "push", "origin", "main"], cwd=clone.top, check=False, timeout=60)
    run = clone.settled()[-1]
    assert (run.status, run.trigger, run.exit_code) == ("pass", "resume", 0)
    assert clone.pushes()[-1].outcome == "accepted"


@pytest.mark.parametrize("kind", ["git", "shim"])
def test_when_git_is_killed_during_the_gate_nothing_is_left(
    file_world: World, held: Held, kind: str
) -> None:
    clone = started(file_world)
    slow_production(clone, held)
    pushing = begin(clone, "origin", "main")
    held.arrived()
    os.kill(process(clone, kind).pid, signal.SIGKILL)
    pushing.wait(60)
    held.go()
    until(lambda: not list(marked(str(clone.top))))
    assert clone.spool.pending() == clone.spool.claimed() == clone.pushes() == ()
    assert not (clone.top / ".git/hooks/reference-transaction").exists()


def test_the_armed_hook_goes_only_while_no_other_git_may_be_about_to_run_it(
    file_world: World,
) -> None:
    clone = started(file_world)
    tree = file_world.folder / "tree"
    clone.git("worktree", "add", "-q", "--detach", tree)
    armed = clone.top / ".git/hooks/reference-transaction"
    with subprocess.Popen(
        ["git", "cat-file", "--batch"], cwd=tree, stdin=subprocess.PIPE
    ) as running:
        assert clone.push("origin", "main").returncode == 0
        until(lambda: clone.spool.claimed() == ())
        with pytest.raises(AssertionError):
            until(lambda: not armed.exists(), patience=2)
        assert running.stdin is not None
        running.stdin.close()
        running.wait(60)
        until(lambda: not armed.exists())
    assert [run.status for run in clone.settled()] == ["pass"]


def test_a_commit_beside_pushes_is_never_refused(file_world: World) -> None:
    clone = started(file_world)
    tree = file_world.folder / "tree"
    clone.git("worktree", "add", "-q", "--detach", tree)
    script = "while test -e on; do git commit -q --no-verify --allow-empty -m one || exit; done"
    (tree / "on").touch()
    with subprocess.Popen(["sh", "-c", script], cwd=tree) as committing:
        for _ in range(4):
            clone.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "another")
            assert clone.push("origin", "main").returncode == 0
        (tree / "on").unlink()
        assert committing.wait(60) == 0
    assert len(clone.settled()) == 4


def test_safeguards_push_keeps_its_exit_code_beside_an_armed_hook(
    file_world: World, held: Held
) -> None:
    clone = started(file_world)
    tree = file_world.folder / "tree"
    clone.git("worktree", "add", "-q", "-b", "release", tree)
    file_world.hook("update", f"test $1 = refs/heads/main || {{ {held.script}; }}")
    file_world.hook("post-receive", f"touch '{clone.broken}'")
    other = begin(clone, "origin", "release", cwd=tree)
    held.arrived()
    assert (clone.top / ".git/hooks/reference-transaction").exists()
    done = subprocess.run([PROGRAM, "push", "origin", "main"], cwd=clone.top, check=False)
    assert done.returncode == 12
    held.go()
    other.wait(60)
    assert len(clone.settled()) == 2
    assert not (clone.top / ".git/hooks/reference-transaction").exists()


def test_a_worker_that_is_killed_gives_safeguards_push_the_code_of_an_interrupt(
    file_world: World, held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    clone = started(file_world)
    slow_production(clone, held)
    monkeypatch.setenv("SAFEGUARDS_SKIP", "the gate would wait too")
    monkeypatch.setenv(MARK, str(clone.top))
    with subprocess.Popen([PROGRAM, "push", "origin", "main"], cwd=clone.top) as pushing:
        held.arrived()
        os.kill(process(clone, "worker").pid, signal.SIGKILL)
        assert pushing.wait(60) == 130
    held.go()
    subprocess.run([PROGRAM, "push", "origin", "main"], cwd=clone.top, check=True, timeout=60)
    assert [run.status for run in clone.settled()] == ["pass"]


def fill(folder: Path) -> Path:
    """Fill a file system to the last byte; the file that does."""
    path = folder / "filling"
    with contextlib.suppress(OSError), path.open("wb", buffering=0) as file:
        while True:
            file.write(b"x")
    return path


def on(small_disk: Path, clone: Clone) -> None:
    """Records and journal of the clone lie on the small disk."""
    shutil.rmtree(clone.state, ignore_errors=True)
    clone.state.symlink_to(small_disk)


def test_without_room_for_the_record_the_push_goes_and_the_person_is_told(
    file_world: World, small_disk: Path
) -> None:
    clone = started(file_world)
    on(small_disk, clone)
    fill(small_disk)
    done = clone.push("origin", "main")
    assert done.returncode == 0
    assert "nothing will follow this push" in done.stderr
    assert "No space left" in done.stderr
    assert clone.spool.pending() == ()
    assert not (clone.top / ".git/hooks/reference-transaction").exists()
    clone.commit()


def test_without_room_for_the_run_the_next_command_does_it(
    file_world: World, small_disk: Path, held: Held
) -> None:
    clone = started(file_world)
    on(small_disk, clone)
    file_world.hook("pre-receive", held.script)
    pushing = begin(clone, "origin", "main")
    held.arrived()
    filling = fill(small_disk)
    held.go()
    assert pushing.wait(60) == 0
    until(lambda: not clone.waiters())
    filling.unlink()
    assert clone.runs() == ()
    subprocess.run([PROGRAM, "push", "origin", "main"], cwd=clone.top, check=True, timeout=60)
    assert [run.status for run in clone.settled()] == ["pass"]
    assert [push.outcome for push in clone.pushes()] == ["accepted"]
