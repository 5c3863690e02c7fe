"""Each way in which git pushes: how many runs follow it, and what the journal says of it."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from tests.integration.push.conftest import World
from tests.integration.push.kit import Clone, until
from tests.support.shell import sh

REFUSE_MAIN = 'test "$1" != refs/heads/main'


def followed(clone: Clone) -> list[tuple[str | None, str]]:
    """Commit and status of every run, once all is settled."""
    return [(run.commit, run.status) for run in clone.settled()]


def outcomes(clone: Clone) -> list[tuple[str, str]]:
    """Gate and outcome of every push of the journal, oldest first."""
    return [(push.gate, push.outcome) for push in reversed(clone.pushes())]


@pytest.mark.every_remote
def test_an_accepted_push_is_followed_once_and_shown(world: World) -> None:
    clone = world.clone()
    done = clone.push("origin", "main")
    assert done.returncode == 0, done.stderr
    assert done.stderr.rstrip().splitlines()[-1] == "PRODUCTION HEALTH CHECK PASSED"
    assert followed(clone) == [(clone.git("rev-parse", "HEAD").strip(), "pass")]
    assert outcomes(clone) == [("pass", "accepted")]
    assert clone.pushes()[0].run == clone.runs()[0].id
    assert not (clone.top / ".git/hooks/reference-transaction").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["-u", "origin", "main"],
        ["--porcelain", "origin", "main"],
        ["--follow-tags", "origin", "main"],
        ["origin", "HEAD:refs/heads/release"],
    ],
    ids=" ".join,
)
def test_however_it_is_spelled(world: World, arguments: list[str]) -> None:
    clone = world.clone()
    clone.git("tag", "-a", "-m", "one", "v1")
    assert "HEALTH CHECK PASSED" in clone.push(*arguments).stderr
    assert len(followed(clone)) == 1


def test_a_forced_push_is_followed(world: World) -> None:
    clone = world.clone()
    clone.push("origin", "main")
    clone.git("commit", "-q", "--amend", "-m", "Another")
    assert clone.push("--force", "origin", "main").returncode == 0
    assert len(followed(clone)) == 2


def test_production_that_is_ill_ends_the_run_and_not_the_push(world: World) -> None:
    clone = world.clone()
    clone.push("origin", "main")
    clone.broken.touch()
    clone.commit()
    refused = clone.push("origin", "main")
    assert refused.returncode == 1, refused.stderr
    done = clone.push("origin", "main", env={"SAFEGUARDS_REPAIR": "it is broken"})
    assert done.returncode == 0
    assert "PRODUCTION HEALTH CHECK FAILED" in done.stderr
    assert [run.exit_code for run in clone.settled()] == [12, 0]
    assert outcomes(clone) == [("pass", "accepted"), ("fail", "rejected"), ("pass", "accepted")]
    assert clone.pushes()[0].repair == "it is broken"


def test_nothing_to_push_is_no_push(world: World) -> None:
    clone = world.clone()
    clone.push("origin", "main")
    again = clone.push("origin", "main")
    assert "Everything up-to-date" in again.stderr
    assert "GATE" not in again.stderr
    assert len(followed(clone)) == len(outcomes(clone)) == 1


@pytest.mark.parametrize("option", ["--dry-run", "-n"])
def test_a_rehearsal_is_judged_and_not_followed(world: World, option: str) -> None:
    clone = world.clone()
    done = clone.push(option, "origin", "main")
    assert "GATE PASSED" in done.stderr
    assert followed(clone) == []
    assert clone.push("origin", "main").returncode == 0
    assert len(followed(clone)) == 1


def test_a_rehearsal_that_cannot_be_told_from_a_push_is_no_run_either(world: World) -> None:
    clone = world.clone()
    clone.push("-qn", "origin", "main")
    assert followed(clone) == []
    clone.push("origin", "main")
    assert len(followed(clone)) == 1
    assert outcomes(clone)[-1] == ("pass", "accepted")


def test_without_verification_there_is_no_run(world: World) -> None:
    clone = world.clone()
    assert clone.push("--no-verify", "origin", "main").returncode == 0
    assert followed(clone) == []


def test_a_push_that_the_client_refuses_is_no_run(world: World) -> None:
    first, second = world.clone(), None
    first.push("origin", "main")
    second = world.clone()
    done = second.push("origin", "main")
    assert done.returncode != 0
    assert followed(second) == []
    assert outcomes(second) == [("pass", "rejected")]


@pytest.mark.every_remote
def test_a_push_that_the_server_refuses_is_no_run_until_it_takes_it(world: World) -> None:
    world.hook("pre-receive", "exit 1")
    clone = world.clone()
    assert clone.push("origin", "main").returncode != 0
    assert followed(clone) == []
    assert outcomes(clone) == [("pass", "rejected")]
    (world.remote() / "hooks" / "pre-receive").unlink()
    assert clone.push("origin", "main").returncode == 0
    assert len(followed(clone)) == 1
    assert outcomes(clone) == [("pass", "rejected"), ("pass", "accepted")]


@pytest.mark.every_remote
def test_of_several_refs_the_accepted_one_is_followed(world: World) -> None:
    world.hook("update", REFUSE_MAIN)
    clone = world.clone()
    clone.git("branch", "release")
    clone.commit("Only on main")
    done = clone.push("origin", "main", "release", "HEAD:refs/heads/other")
    assert done.returncode != 0
    assert followed(clone) == [(clone.git("rev-parse", "release").strip(), "pass")]
    assert outcomes(clone) == [("pass", "accepted")]


def test_of_several_accepted_refs_the_first_of_the_configuration_is_followed(world: World) -> None:
    clone = world.clone()
    clone.git("branch", "release")
    clone.commit("Only on main")
    clone.push("origin", "release", "main")
    assert followed(clone) == [(clone.git("rev-parse", "main").strip(), "pass")]


def test_an_atomic_push_that_is_refused_is_no_run(world: World) -> None:
    world.hook("update", REFUSE_MAIN)
    clone = world.clone()
    clone.git("branch", "release")
    assert clone.push("--atomic", "origin", "main", "release").returncode != 0
    assert followed(clone) == []


def test_a_deletion_is_no_run(world: World) -> None:
    clone = world.clone()
    clone.push("origin", "HEAD:refs/heads/release")
    assert clone.push("origin", ":refs/heads/release").returncode == 0
    assert len(followed(clone)) == len(outcomes(clone)) == 1


@pytest.mark.parametrize("refs", [["v1"], ["--tags"], ["HEAD:refs/heads/topic"]], ids=" ".join)
def test_other_refs_are_not_gated_and_no_run(world: World, refs: list[str]) -> None:
    clone = world.clone()
    clone.git("tag", "v1")
    done = clone.push("origin", *refs)
    assert done.returncode == 0
    assert "GATE" not in done.stderr
    assert followed(clone) == outcomes(clone) == []


@pytest.mark.every_remote
def test_a_push_by_url_is_followed(world: World) -> None:
    clone = world.clone()
    assert clone.push(world.url_of(), "main").returncode == 0
    assert len(followed(clone)) == 1
    assert outcomes(clone) == [("pass", "accepted")]
    assert clone.pushes()[0].remote == "origin"


def test_a_push_to_another_remote_is_not_ours(world: World) -> None:
    clone = world.clone()
    clone.git("remote", "add", "mirror", world.url_of("mirror.git"))
    done = clone.push("mirror", "main")
    assert done.returncode == 0
    assert "GATE" not in done.stderr
    assert followed(clone) == outcomes(clone) == []


def test_a_branch_that_no_refspec_covers_is_followed(world: World) -> None:
    clone = world.clone()
    clone.git("config", "remote.origin.fetch", "+refs/heads/other:refs/remotes/origin/other")
    assert clone.push("origin", "main").returncode == 0
    assert len(followed(clone)) == 1


def test_the_other_branch_of_a_single_branch_clone_is_followed(world: World) -> None:
    first = world.clone()
    first.push("origin", "main")
    top = world.folder / "single"
    sh("git", "clone", "-q", "--single-branch", "--branch", "main", world.url_of(), top)
    clone = Clone(top)
    clone.install()
    clone.commit()
    assert clone.push("origin", "HEAD:refs/heads/release").returncode == 0
    assert len(followed(clone)) == 1


def test_each_push_url_is_followed(world: World) -> None:
    clone = world.clone()
    for name in ("shop.git", "mirror.git"):
        clone.git("remote", "set-url", "--add", "--push", "origin", world.url_of(name))
    assert clone.push("origin", "main").returncode == 0
    assert len(followed(clone)) == 2
    assert {push.url for push in clone.pushes()} == {world.url_of(), world.url_of("mirror.git")}


def test_of_two_push_urls_the_one_that_took_it_is_followed(world: World) -> None:
    clone = world.clone()
    gone = f"{world.url}/gone.git"
    for url in (world.url_of(), gone):
        clone.git("remote", "set-url", "--add", "--push", "origin", url)
    assert clone.push("origin", "main").returncode != 0
    assert len(followed(clone)) == 1


def test_send_pack_is_not_seen(file_world: World) -> None:
    clone = file_world.clone()
    clone.git("send-pack", file_world.url_of(), "main")
    assert followed(clone) == outcomes(clone) == []


def test_a_fetch_is_no_run_even_while_a_push_is_on_its_way(world: World) -> None:
    clone, other = world.clone(), world.clone()
    other.push("origin", "main")
    world.hook("pre-receive", f"touch {world.folder}/there; sleep 3; exit 1")
    clone.git("fetch", "-q")
    clone.git("reset", "-q", "--hard", "origin/main")
    clone.commit()
    with subprocess.Popen(["git", "push", "-q", "origin", "main"], cwd=clone.top) as pushing:
        until((world.folder / "there").exists)
        assert (clone.top / ".git/hooks/reference-transaction").exists()
        clone.git("fetch", "-q", "origin", "main:refs/remotes/origin/again")
        clone.git("tag", "v2")
        assert pushing.wait(60) != 0
    assert followed(clone) == []
    assert not (clone.top / ".git/hooks/reference-transaction").exists()


def test_a_linked_worktree_shares_hooks_and_journal(world: World) -> None:
    clone = world.clone()
    tree = world.folder / "tree"
    clone.git("worktree", "add", "-q", "-b", "release", tree)
    assert clone.push("origin", "release", cwd=tree).returncode == 0
    assert len(followed(clone)) == 1


def test_a_submodule_pushed_on_demand_does_not_hide_the_push(file_world: World) -> None:
    part = file_world.clone("part.git")
    part.push("--no-verify", "origin", "main")
    clone = file_world.clone()
    clone.git("submodule", "add", "-q", file_world.url_of("part.git"), "part")
    clone.commit("Add the part")
    inner = GitPart(clone.top / "part")
    inner.commit("Change the part")
    clone.git("add", "part")
    clone.commit("Use it")
    done = clone.push("--recurse-submodules=on-demand", "origin", "main")
    assert done.returncode == 0, done.stderr
    assert len(followed(clone)) == 1


class GitPart(Clone):
    """A submodule, on a branch."""

    def __init__(self, top: Path) -> None:
        super().__init__(top)
        self.git("checkout", "-q", "-B", "main", "origin/main")


def test_hooks_in_another_folder_are_honoured(world: World) -> None:
    clone = world.clone()
    hooks = world.folder / "hooks"
    hooks.mkdir()
    clone.git("config", "core.hooksPath", str(hooks))
    clone.install()
    done = clone.push("origin", "main")
    assert done.stderr.rstrip().splitlines()[-1] == "PRODUCTION HEALTH CHECK PASSED"
    assert len(followed(clone)) == 1
    assert not (hooks / "reference-transaction").exists()


def test_a_foreign_reference_transaction_hook_stays_and_the_push_is_followed(
    file_world: World,
) -> None:
    clone = file_world.clone()
    foreign = clone.write(".git/hooks/reference-transaction", "#!/bin/sh\nexit 0\n")
    foreign.chmod(0o755)
    clone.push("origin", "main")
    assert len(followed(clone)) == 1
    assert foreign.read_text() == "#!/bin/sh\nexit 0\n"


@pytest.mark.every_remote
def test_an_interrupt_after_the_server_took_it_loses_nothing(world: World) -> None:
    clone = world.clone()
    world.hook("post-receive", f"touch {world.folder}/there; sleep 3")
    pushing = subprocess.Popen(
        ["git", "push", "origin", "main"],
        cwd=clone.top,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    until((world.folder / "there").exists)
    os.killpg(pushing.pid, signal.SIGINT)
    assert pushing.wait(60) != 0
    assert len(followed(clone)) == 1
    assert outcomes(clone) == [("pass", "accepted")]


def test_an_interrupt_while_watching_stops_the_watching_only(file_world: World) -> None:
    clone = file_world.clone()
    slow = f"touch {file_world.folder}/begun; sleep 2; touch {file_world.folder}/ended"
    settings = clone.top / "safeguards.toml"
    calm = settings.read_text()
    settings.write_text(calm.replace("test !", f"{slow}; test !"))
    seen = file_world.folder / "seen"
    with seen.open("wb") as terminal:
        pushing = subprocess.Popen(
            ["git", "push", "origin", "main"],
            cwd=clone.top,
            env={**os.environ, "SAFEGUARDS_SKIP": "the gate would ask production too"},
            stdout=subprocess.DEVNULL,
            stderr=terminal,
            start_new_session=True,
        )
    until((file_world.folder / "begun").exists)
    os.killpg(pushing.pid, signal.SIGINT)
    pushing.wait(60)
    until(lambda: "goes on in the background; see: safeguards status" in seen.read_text())
    assert not (file_world.folder / "ended").exists()
    assert [status for _, status in followed(clone)] == ["pass"]
    assert (file_world.folder / "ended").exists()
    assert clone.pushes()[0].gate == "skipped"


def test_in_the_background_nobody_waits(file_world: World) -> None:
    clone = file_world.clone()
    settings = clone.top / "safeguards.toml"
    settings.write_text(settings.read_text().replace("[push]", '[push]\npost-push = "background"'))
    piped = subprocess.run(
        f"git -C '{clone.top}' push origin main 2>&1 | cat",
        shell=True,
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert "in the background" in piped.stdout
    assert "HEALTH CHECK" not in piped.stdout
    assert len(followed(clone)) == 1


def test_switched_off_there_is_a_gate_and_no_run(file_world: World) -> None:
    clone = file_world.clone()
    settings = clone.top / "safeguards.toml"
    settings.write_text(settings.read_text().replace("[push]", '[push]\npost-push = "off"'))
    assert "GATE PASSED" in clone.push("origin", "main").stderr
    assert followed(clone) == []


def test_a_fetch_of_many_refs_is_not_harmed_by_an_armed_hook(file_world: World) -> None:
    first = file_world.clone()
    first.push("--no-verify", "origin", "main")
    oid = first.git("rev-parse", "HEAD").strip()
    lines = "".join(f"create refs/heads/b{number} {oid}\n" for number in range(3000))
    sh("git", "-C", file_world.remote(), "update-ref", "--stdin", stdin=lines)
    clone = file_world.clone()
    hook = clone.top / ".git/hooks/reference-transaction"
    hook.write_bytes((Path(__file__).parents[3] / "hooks/reference-transaction").read_bytes())
    hook.chmod(0o755)
    os.utime(hook, (0, 0))
    clone.git("fetch", "-q")
    assert clone.git("rev-parse", "origin/b2999").strip() == oid
    assert not hook.exists()
