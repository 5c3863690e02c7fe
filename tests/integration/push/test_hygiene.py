"""What children of hooks inherit, what is stored of a push, and names that are data."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.integration.push.conftest import World
from tests.integration.push.kit import SETTINGS, Clone
from tests.support.served import served
from tests.support.shell import sh

from safeguards.system.git import without_git

CANARY = "canary-0f4c"


def test_every_local_variable_of_git_is_dropped() -> None:
    local = sh("git", "rev-parse", "--local-env-vars").split()
    assert len(local) > 10
    numbered = {"GIT_CONFIG_KEY_0": "x", "GIT_CONFIG_VALUE_0": "y", "GIT_QUARANTINE_PATH": "z"}
    inherited = dict.fromkeys(local, "elsewhere") | numbered | {"PATH": "/bin", "GIT_TRACE": "0"}
    assert without_git(inherited) == {"PATH": "/bin", "GIT_TRACE": "0"}


def test_the_worker_inherits_nothing_of_the_push(file_world: World) -> None:
    clone = file_world.clone()
    tree, seen = file_world.folder / "tree", file_world.folder / "seen"
    clone.git("worktree", "add", "-q", "-b", "release", tree)
    (tree / "safeguards.toml").write_text(
        SETTINGS.format(broken="x").replace("test ! -e x", f"env >{seen}")
    )
    done = clone.push(
        "origin", "release", cwd=tree, env={"GIT_CONFIG_COUNT": "1"} | _setting("a.b", "c")
    )
    assert done.returncode == 0, done.stderr
    assert [run.status for run in clone.settled()] == ["pass"]
    names = {line.partition("=")[0] for line in seen.read_text().splitlines()}
    local = set(sh("git", "rev-parse", "--local-env-vars").split())
    assert names & (local | {"GIT_CONFIG_KEY_0", "GIT_CONFIG_VALUE_0"}) == set()
    assert "PATH" in names


def _setting(key: str, value: str) -> dict[str, str]:
    return {"GIT_CONFIG_KEY_0": key, "GIT_CONFIG_VALUE_0": value}


@pytest.mark.parametrize("taken", [True, False], ids=["taken", "refused"])
def test_no_credential_of_a_url_is_stored_or_shown(tmp_path: Path, taken: bool) -> None:
    (tmp_path / "served").mkdir()
    with served("http", tmp_path / "served", {}) as url:
        world = World(tmp_path, url.replace("://", f"://user:{CANARY}@"), "sha1")
        clone = world.clone()
        if not taken:
            world.hook("pre-receive", "exit 1")
        # By URL, so that the waiter asks the remote, too.
        done = clone.push(world.url_of(), "main")
        assert (done.returncode == 0) == taken
        assert len(clone.settled()) == taken
        kept = [path.read_bytes() for path in clone.state.rglob("*") if path.is_file()]
    assert "GATE PASSED" in done.stderr
    assert CANARY not in done.stderr
    assert len(kept) > 1
    assert not any(CANARY.encode() in content for content in kept)
    assert CANARY not in repr(clone.pushes())


def test_a_remote_that_is_gone_is_told_without_its_credentials(tmp_path: Path) -> None:
    (tmp_path / "served").mkdir()
    with served("http", tmp_path / "served", {}) as url:
        world = World(tmp_path, url.replace("://", f"://user:{CANARY}@"), "sha1")
        clone = world.clone()
        world.hook("post-receive", f"sleep 1; mv {world.remote()} {tmp_path}/moved; exit 0")
        clone.push(world.url_of(), "main")
        _until_asked(clone)
    (log,) = (clone.state / "logs").glob("*.log")
    assert "cannot be asked" in log.read_text()
    assert CANARY not in log.read_text()
    assert len(clone.spool.claimed()) == 1
    assert [push.outcome for push in clone.pushes()] == ["unknown"]


def _until_asked(clone: Clone) -> None:
    from tests.integration.push.kit import until

    until(lambda: bool(clone.spool.claimed()) and not clone.waiters())


@pytest.mark.parametrize(
    "branch", ["a'b", 'a"b', "a$(touch${IFS}x)b", "a;b", "x/-y", "ü", "a\u202eb", "a&b|c"]
)
def test_branch_names_are_data(file_world: World, branch: str) -> None:
    clone = file_world.clone()
    ref = f"refs/heads/{branch}"
    settings = clone.top / "safeguards.toml"
    listed = branch.replace("\\", "\\\\").replace('"', '\\"')
    settings.write_text(settings.read_text().replace('"main", ', f'"main", "{listed}", '))
    clone.git("commit", "-q", "-am", "\x1b]0;taken over\x07 'quoted' \"$(touch y)\"")
    clone.git("update-ref", ref, "HEAD")
    done = clone.push("origin", f"{ref}:{ref}")
    assert done.returncode == 0, done.stderr
    assert [run.status for run in clone.settled()] == ["pass"]
    shown = done.stderr.partition("PUSH GATE")[0] + _log(clone)
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert not any((clone.top / name).exists() for name in "xy")
    assert [ref.remote_ref for ref in clone.pushes()[0].refs] == [ref]


def _log(clone: Clone) -> str:
    return "".join(path.read_text() for path in (clone.state / "logs").iterdir())


def test_a_hook_of_one_repository_does_not_speak_of_another(file_world: World) -> None:
    clone, other = file_world.clone(), file_world.clone("other.git")
    tree = file_world.folder / "tree"
    clone.git("worktree", "add", "-q", "-b", "release", tree)
    environ = {"GIT_DIR": sh("git", "rev-parse", "--absolute-git-dir", cwd=tree).strip()}
    done = other.push("origin", "release", cwd=other.top, env={**os.environ, **environ})
    assert done.returncode == 0, done.stderr
    assert len(clone.settled()) == 1
    assert not (other.state / "journal.db").exists()
