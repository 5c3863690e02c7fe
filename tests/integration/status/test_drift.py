"""What nobody's hook here could see: commits that others put on the deploy branch."""

from __future__ import annotations

import os
import shutil
import socket
import threading
import time
from pathlib import Path

import pytest
from tests.integration.status.kit import MAIN, TRACKING, Clone, safeguards
from tests.support.shell import sh

from safeguards.cli.standings.drift import drift_note
from safeguards.config.schema import Push as Settings
from safeguards.push.pending import Awaited
from safeguards.pushed import PushedRef
from safeguards.system import git

LAST_LINE = "PRODUCTION HEALTH CHECK PASSED"


@pytest.fixture
def clone(tmp_path: Path) -> Clone:
    return Clone.make(tmp_path)


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_somebody_else_s_commit_is_drift(tmp_path: Path, object_format: str) -> None:
    clone = Clone.make(tmp_path, object_format=object_format)
    ours = clone.synced().commit or ""
    theirs = clone.elsewhere()
    ended = clone.run("status")
    assert ended.code == 1
    assert (
        f"Drift: origin/main is at {theirs[:12]}, which is not fetched;"
        f" {ours[:12]} was synchronised last\n"
    ) in ended.out
    assert "next: safeguards sync --plan " in ended.out
    clone.git("fetch", "-q")
    document = clone.status()
    assert document["drift"]["changed"] == ["app/models.py"]
    (advice,) = document["next_actions"]
    assert advice["safe"] is True
    program, *arguments = advice["command"].split()
    planned = clone.run(*arguments)
    assert (program, planned.code) == ("safeguards", 0), planned
    assert f"Plan for production: {theirs[:12]}" in planned.out


def test_offline_the_last_fetch_counts_and_is_said(clone: Clone) -> None:
    clone.synced()
    clone.elsewhere()
    ended = clone.run("status", "--offline")
    assert ended.code == 0
    assert "note: origin was not asked; its branch is that of the last fetch\n" in ended.out
    clone.git("fetch", "-q")
    assert clone.status("--offline")["drift"]["seen"] == "fetched"
    assert clone.status("--offline")["drift"]["status"] == "drift"


def test_a_remote_that_cannot_be_asked_is_said_and_no_failure(clone: Clone) -> None:
    clone.synced()
    clone.origin.rename(clone.origin.with_name("away"))
    document = clone.status()
    assert (document["exit_code"], document["drift"]["seen"]) == (0, "fetched")
    assert "cannot be asked" in document["notes"][0]
    assert "its branch is that of the last fetch" in document["notes"][0]


def test_a_remote_that_is_slow_to_answer_is_told_meanwhile(clone: Clone) -> None:
    clone.synced()
    with socket.create_server(("127.0.0.1", 0)) as server:
        clone.git("remote", "set-url", "origin", f"git://127.0.0.1:{server.getsockname()[1]}/shop")

        def late() -> None:
            connection, _ = server.accept()
            with connection:
                time.sleep(2)

        hang_up = threading.Thread(target=late)
        hang_up.start()
        ended = safeguards("status", cwd=clone.top)
        hang_up.join()
    assert "asking origin for main\n" in ended.err
    assert "asking" not in ended.out
    assert "asking" not in safeguards("status", "--offline", cwd=clone.top).err


def test_credentials_of_a_remote_are_shown_nowhere(clone: Clone) -> None:
    clone.synced()
    clone.git("remote", "set-url", "origin", "http://me:canary-51@127.0.0.1:1/x.git")
    ended = clone.run("status", "-v")
    assert "canary-51" not in ended.out + ended.err
    assert "note: the remote cannot be asked" in ended.out


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("backend/app/models.py", "drift"),
        ("backend/Dockerfile", "drift"),
        ("backend/db/versions/002.py", "drift"),
        ("backend/db/env.py", "drift"),
        ("backend/tests/test_models.py", "none"),
        ("README.md", "none"),
    ],
)
def test_only_what_production_is_made_of_counts(tmp_path: Path, path: str, status: str) -> None:
    clone = Clone.make(tmp_path)
    running = tmp_path / "running"
    clone.git("rm", "-q", "safeguards.toml")
    clone.add("backend/alembic.ini", "[alembic]\nscript_location = %(here)s/db\n")
    clone.add(
        "backend/pyproject.toml",
        '[tool.safeguards.targets.production]\nruntime = "command"\n'
        'restart-on = ["app/**", "Dockerfile"]\n'
        "[tool.safeguards.targets.production.command]\n"
        f'status = ["test", "-e", "{running}"]\n',
    )
    clone.commit("move")
    clone.git("push", "-q", "origin", "main")
    ref = PushedRef(MAIN, clone.head(), MAIN, "0" * 40)
    top = str(clone.top / "backend")
    clone.pending("r1", clone.head(), top=top, awaited=(Awaited(ref, TRACKING),))
    assert clone.run("hook", "worker", "r1", "--in", clone.top, clone.top / ".git").code == 0
    clone.elsewhere(path)
    clone.git("fetch", "-q")
    here = clone.top / "backend"
    assert clone.status(cwd=here)["drift"]["status"] == status
    verified = clone.run("verify", "--format", "json", cwd=here)
    assert verified.document["drift"]["status"] == status


def test_restart_on_in_a_bare_repository(tmp_path: Path) -> None:
    clone = Clone.make(tmp_path, restart_on='["app/**"]')
    clone.add("alembic.ini", "[alembic]\nscript_location = db\n")
    clone.commit("alembic")
    clone.git("push", "-q", "origin", "main")
    commit = clone.synced().commit or ""
    server = clone.origin
    (server / "safeguards").mkdir()
    journal = clone.top / ".git" / "safeguards" / "journal.db"
    shutil.copy(journal, server / "safeguards")
    for path, status in (("README.md", "none"), ("db/versions/2.py", "drift")):
        theirs = clone.elsewhere(path)
        document = clone.status(cwd=server)
        assert document["drift"]["synced"] == commit
        assert (document["drift"]["status"], document["drift"]["tip"]) == (status, theirs)


def test_a_commit_that_changes_nothing_is_no_drift(clone: Clone) -> None:
    clone.synced()
    theirs = clone.elsewhere("safeguards.toml", (clone.top / "safeguards.toml").read_text() + "#")
    clone.elsewhere("safeguards.toml", (clone.top / "safeguards.toml").read_text())
    clone.git("fetch", "-q")
    drift = clone.status()["drift"]
    assert (drift["status"], drift["tip"] != theirs) == ("none", True)
    assert "nothing that counts has changed" in drift["message"]


def test_a_branch_that_was_set_back_is_drift(clone: Clone) -> None:
    before = clone.head()
    clone.add("x", "1")
    clone.commit()
    clone.git("push", "-q", "origin", "main")
    clone.synced()
    clone.git("push", "-q", "--force", "origin", f"{before}:main")
    assert clone.status()["drift"]["status"] == "drift"


def test_a_branch_that_is_gone_is_said(clone: Clone) -> None:
    clone.synced()
    clone.git("push", "-q", "origin", "main:other")
    clone.git("push", "-q", clone.origin, "HEAD:refs/heads/main")
    sh("git", "symbolic-ref", "HEAD", "refs/heads/other", cwd=clone.origin)
    clone.git("push", "-q", "origin", ":main")
    document = clone.status()
    assert (document["exit_code"], document["drift"]["status"]) == (0, "unknown")
    assert document["drift"]["message"] == "origin has no branch main"


def test_another_tracking_ref_is_found(clone: Clone) -> None:
    clone.synced()
    clone.git("config", "remote.origin.fetch", "+refs/heads/*:refs/elsewhere/*")
    clone.elsewhere()
    clone.git("fetch", "-q")
    assert clone.status("--offline")["drift"]["status"] == "drift"
    clone.git("config", "--unset-all", "remote.origin.fetch")
    document = clone.status("--offline")
    assert document["drift"]["message"] == "no ref here follows origin/main"


def test_verify_has_one_line_before_the_last_and_one_action(clone: Clone) -> None:
    ours = clone.synced().commit or ""
    well = clone.run("verify")
    assert (well.code, "Drift" in well.out) == (0, False)
    theirs = clone.elsewhere()
    assert clone.run("verify").out == well.out  # it asks no remote
    clone.git("fetch", "-q")
    drifted = clone.run("verify")
    assert drifted.code == 0
    line = (
        f"Drift: origin/main is at {theirs[:12]}; 1 file changed since {ours[:12]},"
        " which was synchronised last"
    )
    assert drifted.out == well.out.replace(LAST_LINE, f"{line}\n{LAST_LINE}")
    document = clone.run("verify", "--format", "json").document
    assert document["drift"]["tip"] == theirs
    assert [each["command"] for each in document["next_actions"]] == [
        "safeguards sync --plan --target production"
    ]


def test_an_old_tracking_ref_is_no_drift_for_verify(clone: Clone) -> None:
    """A push by URL moves no tracking ref."""
    before = clone.head()
    clone.add("x", "1")
    clone.commit()
    clone.git("push", "-q", "origin", "main")
    clone.synced()
    clone.git("update-ref", TRACKING, before)
    document = clone.run("verify", "--format", "json").document
    assert document["drift"]["status"] == "none"
    assert clone.status("--offline")["drift"]["status"] == "none"


def test_verify_in_a_repository_that_forgot_the_commit(clone: Clone) -> None:
    run = clone.synced()
    gone = "1" * 40
    clone.journal.write(type(run)(**{**_fields(run), "id": "r2", "commit": gone}))
    ended = clone.run("verify", "--format", "json")
    assert ended.code == 0
    assert ended.document["drift"]["status"] == "unknown"
    assert "is not here any more" in ended.document["drift"]["message"]


def _fields(run: object) -> dict[str, object]:
    return {name: getattr(run, name) for name in run.__struct_fields__}  # type: ignore[attr-defined]


def counted_git(tmp_path: Path) -> tuple[dict[str, str], Path]:
    """An environment in which every call of git leaves a line in a log."""
    folder, log = tmp_path / "counted", tmp_path / "git.log"
    folder.mkdir()
    real = shutil.which("git")
    script = folder / "git"
    script.write_text(f'#!/bin/sh\necho "$*" >> {log}\nexec {real} "$@"\n')
    script.chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}, log


def test_verify_asks_git_twice_at_most_and_not_at_all_without_a_run(
    clone: Clone, tmp_path: Path
) -> None:
    env, log = counted_git(tmp_path)

    def calls() -> list[str]:
        log.write_text("")
        assert clone.run("verify", **env).code == 0
        return log.read_text().splitlines()

    without = calls()
    clone.synced()
    assert len(calls()) == len(without) + 1
    clone.elsewhere()
    clone.git("fetch", "-q")
    drifted = calls()
    assert len(drifted) == len(without) + 2
    assert [line for line in drifted if line.startswith(("ls-remote", "fetch"))] == []


def note(clone: Clone, remote_oid: str) -> str:
    return drift_note(git.require(clone.top), clone.journal, Settings(), remote_oid)


def test_the_next_gate_tells_of_somebody_else_s_commit(clone: Clone) -> None:
    first = clone.head()
    theirs = clone.elsewhere()
    assert note(clone, theirs) == ""  # nothing was ever synchronised from here
    clone.synced()
    assert note(clone, "") == ""
    assert note(clone, "0" * 40) == ""
    assert note(clone, first) == ""
    told = note(clone, theirs)
    assert told.startswith(f"origin/main is at {theirs[:12]}, which is not fetched; ")
    assert told.endswith("this push does not have those commits; see: git fetch")
    clone.git("fetch", "-q")
    told = note(clone, theirs)
    assert told.startswith(f"origin/main is at {theirs[:12]}; 1 file changed since")
    assert told.endswith("commits that no gate here saw; this push takes them to production too")


def test_the_next_gate_is_silent_about_what_was_pushed_from_here(clone: Clone) -> None:
    clone.synced()
    clone.add("x", "1")
    ours = clone.commit()
    clone.pending("r2", ours)
    assert note(clone, ours) == ""


def test_the_next_gate_is_silent_about_what_does_not_count(clone: Clone) -> None:
    clone.synced()
    theirs = clone.elsewhere("README.md")
    clone.git("fetch", "-q")
    repository = git.require(clone.top)
    told = drift_note(
        repository, clone.journal, Settings(), theirs, counts=lambda path: path != "README.md"
    )
    assert told == ""
