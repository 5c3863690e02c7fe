"""`safeguards push`: one exit code for the gate, git, and what follows."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping

from tests.integration.push.conftest import World
from tests.integration.push.kit import PROGRAM, Clone, until
from tests.support.shell import sh


def push(
    clone: Clone, *arguments: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PROGRAM, "push", *arguments],
        cwd=clone.top,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def bare_of_hooks(clone: Clone) -> Clone:
    for hook in (clone.top / ".git/hooks").glob("*"):
        hook.unlink()
    return clone


def test_all_is_well(file_world: World) -> None:
    clone = file_world.clone()
    done = push(clone, "-u", "origin", "main")
    assert done.returncode == 0, done.stderr
    assert "PUSH GATE PASSED" in done.stderr
    assert done.stdout.rstrip().splitlines()[-1] == "PRODUCTION HEALTH CHECK PASSED"
    assert [run.status for run in clone.settled()] == ["pass"]
    assert file_world.tip() == clone.git("rev-parse", "HEAD").strip()


def test_without_installed_hooks_it_is_the_same(file_world: World) -> None:
    clone = bare_of_hooks(file_world.clone())
    assert push(clone, "origin", "main").returncode == 0
    assert [run.status for run in clone.settled()] == ["pass"]
    assert list((clone.top / ".git/hooks").iterdir()) == []


def test_hooks_of_others_run_too(file_world: World) -> None:
    clone = bare_of_hooks(file_world.clone())
    seen = file_world.folder / "seen"
    hook = clone.write(".git/hooks/pre-push", f'#!/bin/sh\necho "$0 $1" >{seen}\ncat >>{seen}\n')
    hook.chmod(0o755)
    assert push(clone, "origin", "main").returncode == 0
    head, line = seen.read_text().splitlines()
    assert head == f"{hook} origin"
    assert line.startswith("refs/heads/main ")
    hook.write_text("#!/bin/sh\nexit 1\n")
    clone.commit()
    assert push(clone, "origin", "main").returncode == 20
    assert len(clone.settled()) == 1


def test_the_gate_refuses(file_world: World) -> None:
    clone = file_world.clone()
    clone.broken.touch()
    done = push(clone, "origin", "main")
    assert done.returncode == 1
    assert "PUSH GATE REFUSED" in done.stderr
    assert clone.settled() == ()
    assert [(each.gate, each.outcome) for each in clone.pushes()] == [("fail", "rejected")]


def test_git_refuses(file_world: World) -> None:
    clone = file_world.clone()
    file_world.hook("pre-receive", "exit 1")
    assert push(clone, "origin", "main").returncode == 20
    assert clone.settled() == ()
    assert push(clone, "nowhere", "main").returncode == 20


def test_a_wrong_configuration_is_not_taken_for_a_refusal_of_git(file_world: World) -> None:
    clone = file_world.clone()
    settings = clone.top / "safeguards.toml"
    settings.write_text(settings.read_text().replace("branches", "branchs"))
    done = push(clone, "origin", "main")
    assert done.returncode == 78
    assert 'did you mean "branches"?' in done.stderr
    by_git = clone.push("origin", "main")
    assert by_git.returncode == 1
    assert "git push --no-verify" in by_git.stderr
    assert clone.pushes() == ()


def test_git_refuses_a_part(file_world: World) -> None:
    clone = file_world.clone()
    file_world.hook("update", 'test "$1" != refs/heads/main')
    done = push(clone, "origin", "main", "HEAD:refs/heads/release")
    assert done.returncode == 20
    assert "HEALTH CHECK PASSED" in done.stdout
    assert len(clone.settled()) == 1


def test_what_follows_goes_wrong(file_world: World) -> None:
    clone = file_world.clone()
    clone.broken.touch()
    done = push(clone, "origin", "main", env={"SAFEGUARDS_REPAIR": "a test"})
    assert done.returncode == 12
    assert "PRODUCTION HEALTH CHECK FAILED" in done.stdout
    assert [run.exit_code for run in clone.settled()] == [12]


def test_where_nothing_is_to_follow(file_world: World) -> None:
    clone = file_world.clone()
    assert push(clone, "origin", "HEAD:refs/heads/topic").returncode == 0
    assert push(clone, "--dry-run", "origin", "main").returncode == 0
    assert clone.settled() == ()
    assert push(clone, "origin", "main").returncode == 0
    again = push(clone, "origin", "main")
    assert again.returncode == 0
    assert "up-to-date" in again.stderr
    assert len(clone.settled()) == 1


def test_each_push_url_is_followed(file_world: World) -> None:
    clone = file_world.clone()
    for name in ("shop.git", "mirror.git"):
        clone.git("remote", "set-url", "--add", "--push", "origin", file_world.url_of(name))
    assert push(clone, "origin", "main").returncode == 0
    assert len(clone.settled()) == 2


def test_switched_off_the_explicit_push_still_looks_after_production(file_world: World) -> None:
    clone = file_world.clone()
    settings = clone.top / "safeguards.toml"
    settings.write_text(settings.read_text().replace("[push]", '[push]\npost-push = "off"'))
    assert "HEALTH CHECK PASSED" in push(clone, "origin", "main").stdout
    assert len(clone.settled()) == 1


def test_killed_after_the_push_the_waiter_does_it(file_world: World) -> None:
    clone = file_world.clone()
    there = file_world.folder / "there"
    file_world.hook("post-receive", f"touch {there}; sleep 2")
    with subprocess.Popen(
        [PROGRAM, "push", "-q", "origin", "main"], cwd=clone.top, stderr=subprocess.DEVNULL
    ) as process:
        until(there.exists)
        process.send_signal(signal.SIGKILL)
    until(lambda: len(clone.runs()) == 1)
    assert [run.status for run in clone.settled()] == ["pass"]


def test_it_goes_on_first_with_what_was_cut_off(file_world: World) -> None:
    clone = file_world.clone()
    begun = file_world.folder / "begun"
    settings = clone.top / "safeguards.toml"
    calm = settings.read_text()
    settings.write_text(calm.replace("test !", f"touch {begun}; sleep 3; test !"))
    skip = {**os.environ, "SAFEGUARDS_SKIP": "the gate would ask production, too"}
    with subprocess.Popen(
        ["git", "push", "-q", "origin", "main"], cwd=clone.top, env=skip, stderr=subprocess.DEVNULL
    ) as process:
        until(begun.exists)
        sh("pkill", "-9", "-f", f"hook (worker|waiter) .* --in {clone.top}")
        process.wait(60)
    settings.write_text(calm)
    until(lambda: not clone.waiters())
    assert len(clone.spool.claimed()) == 1
    done = push(clone, "origin", "main")
    assert done.returncode == 0
    assert "going on with" in done.stderr
    assert [(run.status, run.trigger) for run in clone.settled()] == [("pass", "resume")]
