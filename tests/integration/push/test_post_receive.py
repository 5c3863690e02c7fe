"""A server that receives pushes: the same worker, shown to whoever pushes."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.push.conftest import World
from tests.integration.push.kit import PROGRAM, SETTINGS, Clone, until
from tests.support.shell import ROOT, sh

from safeguards.journal.records import Run


def receiving(repository: Path, program: Path = PROGRAM) -> Clone:
    """The repository with the hook; read like a clone."""
    hook = repository / "hooks" / "post-receive"
    text = (ROOT / "hooks" / "post-receive").read_text()
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(text.replace("SAFEGUARDS=safeguards", f"SAFEGUARDS={program}"))
    hook.chmod(0o755)
    return Clone(repository)


def pusher(world: World, settings: str | None = None) -> GitRepo:
    """A clone without any hook, with the configuration pushed to main before the hook came."""
    sh("git", "init", "-q", f"--object-format={world.object_format}", world.folder / "plain")
    repo = GitRepo(world.folder / "plain")
    repo.git("remote", "add", "origin", world.url_of())
    repo.add("safeguards.toml", settings or SETTINGS.format(broken=world.folder / "broken"))
    repo.commit("Describe production")
    repo.git("push", "-q", "origin", "main")
    return repo


def runs(server: Clone) -> list[Run]:
    return list(server.settled())


@pytest.mark.every_remote
def test_the_pusher_sees_the_run(world: World) -> None:
    repo = pusher(world)
    server = receiving(world.remote())
    commit = repo.commit()
    done = repo.tries("push", "origin", "main")
    assert done.returncode == 0, done.stderr
    assert "remote: PRODUCTION HEALTH CHECK PASSED" in done.stderr
    (run,) = runs(server)
    assert (run.commit, run.status, run.trigger) == (commit, "pass", "receive")
    (push,) = server.pushes()
    assert (push.outcome, push.run) == ("accepted", run.id)


def test_an_ill_production_is_told_and_the_push_stands(file_world: World) -> None:
    repo = pusher(file_world)
    server = receiving(file_world.remote())
    (file_world.folder / "broken").touch()
    commit = repo.commit()
    done = repo.tries("push", "origin", "main")
    assert done.returncode == 0
    assert "remote: PRODUCTION HEALTH CHECK FAILED" in done.stderr
    assert file_world.tip() == commit
    assert [run.exit_code for run in runs(server)] == [12]


def test_what_does_not_deploy_is_no_run(file_world: World) -> None:
    repo = pusher(file_world)
    server = receiving(file_world.remote())
    repo.commit()
    repo.git("tag", "v1")
    for refs in (["v1"], ["HEAD:refs/heads/topic"], ["HEAD:refs/heads/release"]):
        repo.git("push", "-q", "origin", *refs)
    repo.git("push", "-q", "origin", ":refs/heads/release")
    assert [run.commit for run in runs(server)] == [repo.git("rev-parse", "HEAD").strip()]


def test_a_push_does_not_choose_its_own_production(file_world: World) -> None:
    repo = pusher(file_world)
    server = receiving(file_world.remote())
    touched = file_world.folder / "touched"
    evil = SETTINGS.format(broken="x").replace("test ! -e x", f"touch {touched}")
    repo.add("safeguards.toml", evil.replace('"release"', '"topic"'))
    repo.commit("Take over")
    done = repo.tries("push", "origin", "main", "HEAD:refs/heads/topic")
    assert "HEALTH CHECK PASSED" in done.stderr
    assert len(runs(server)) == 1
    assert not touched.exists()


def test_without_a_configuration_before_the_push_nothing_follows(file_world: World) -> None:
    server = receiving(file_world.remote())
    repo = pusher(file_world)
    assert runs(server) == []
    repo.commit()
    assert "no production" not in repo.tries("push", "origin", "main").stderr
    assert len(runs(server)) == 1


def test_a_broken_configuration_is_told_and_the_push_stands(file_world: World) -> None:
    repo = pusher(file_world, "[push]\nbranchs = ['main']\n")
    receiving(file_world.remote())
    commit = repo.commit()
    done = repo.tries("push", "origin", "main")
    assert done.returncode == 0
    assert "branchs" in done.stderr
    assert file_world.tip() == commit


def test_a_missing_program_is_told_and_the_push_stands(file_world: World) -> None:
    repo = pusher(file_world)
    receiving(file_world.remote(), file_world.folder / "gone")
    commit = repo.commit()
    done = repo.tries("push", "origin", "main")
    assert done.returncode == 0
    assert "cannot be run" in done.stderr
    assert file_world.tip() == commit


def test_in_the_background_the_pusher_does_not_wait(file_world: World) -> None:
    slow = SETTINGS.format(broken="x").replace("test ! -e x", "sleep 2")
    repo = pusher(file_world, slow.replace("[push]", '[push]\npost-push = "background"'))
    server = receiving(file_world.remote())
    repo.commit()
    done = repo.tries("push", "origin", "main")
    assert "in the background" in done.stderr
    assert "HEALTH" not in done.stderr
    assert len(runs(server)) == 1


def test_a_server_with_a_work_tree_reads_its_configuration_there(file_world: World) -> None:
    top = file_world.folder / "served" / "tree"
    server = GitRepo.init(top)
    server.git("config", "receive.denyCurrentBranch", "updateInstead")
    server.add("safeguards.toml", SETTINGS.format(broken=file_world.folder / "broken"))
    server.commit()
    sh("git", "clone", "-q", top, file_world.folder / "plain")
    repo = GitRepo(file_world.folder / "plain")
    receiving(top / ".git")
    commit = repo.commit()
    assert "HEALTH CHECK PASSED" in repo.tries("push", "origin", "HEAD:main").stderr
    assert [run.commit for run in Clone(top).settled()] == [commit]


def test_the_hook_that_was_there_before_runs_first_with_its_lines(file_world: World) -> None:
    repo = pusher(file_world)
    server = receiving(file_world.remote())
    seen = file_world.folder / "seen"
    before = file_world.remote() / "hooks" / "post-receive.before-safeguards"
    before.write_text(f"#!/bin/sh\ncat >{seen}\nexit 3\n")
    before.chmod(0o755)
    old, new = repo.git("rev-parse", "HEAD").strip(), repo.commit()
    assert "HEALTH CHECK PASSED" in repo.tries("push", "origin", "main").stderr
    assert seen.read_text() == f"{old} {new} refs/heads/main\n"
    assert len(runs(server)) == 1


def test_a_worker_that_was_killed_is_gone_on_with_at_the_next_push(file_world: World) -> None:
    begun = file_world.folder / "begun"
    slow = SETTINGS.format(broken="x").replace("test ! -e x", f"touch {begun}; sleep 2")
    repo = pusher(file_world, slow)
    server = receiving(file_world.remote())
    repo.commit()
    with subprocess.Popen(["git", "push", "-q", "origin", "main"], cwd=repo.top) as process:
        until(begun.exists)
        sh("pkill", "-9", "-f", f"hook worker .* --in {server.top}")
        process.wait(60)
    assert len(server.spool.claimed()) == 1
    assert repo.tries("push", "origin", "HEAD:refs/heads/release").returncode == 0
    assert {run.status for run in runs(server)} == {"pass"}
    assert len(runs(server)) == 2
