"""Once a push is done, nothing of it is started by a commit, a rebase or a fetch."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.integration.push.conftest import World
from tests.integration.push.kit import Clone
from tests.support.shell import ROOT, sh

ACTIONS = (
    ("commit", "-q", "--allow-empty", "-m", "another"),
    ("rebase", "-q", "--force-rebase", "HEAD~20"),
    ("fetch", "-q", "origin"),
    ("tag", "v1"),
    ("checkout", "-q", "--detach"),
)


@pytest.fixture
def clone(file_world: World) -> Clone:
    """A clone with thirty commits, whose push was followed to its end."""
    found = file_world.clone()
    for number in range(30):
        found.git("commit", "-q", "--no-verify", "--allow-empty", "-m", f"Commit {number}")
    done = found.push("origin", "main")
    assert "PRODUCTION HEALTH CHECK PASSED" in done.stderr
    found.settled()
    other = file_world.clone()
    other.git("push", "-q", "--no-verify", "origin", "HEAD:refs/heads/topic")
    return found


def hooks_of(clone: Clone, log: Path) -> list[str]:
    """The hooks that git ran for all of ACTIONS and what is below them, by its own trace."""
    for arguments in ACTIONS:
        sh("git", *arguments, cwd=clone.top, env={**os.environ, "GIT_TRACE2_EVENT": str(log)})
    events = [json.loads(line) for line in log.read_text().splitlines()]
    assert {"rebase", "commit", "fetch"} <= {each.get("name") for each in events}
    children = [each for each in events if each["event"] == "child_start"]
    return [each["hook_name"] for each in children if each["child_class"] == "hook"]


def test_no_hook_is_run_but_the_scan_of_a_commit(clone: Clone, tmp_path: Path) -> None:
    installed = {path.name for path in (clone.top / ".git/hooks").iterdir()}
    assert installed == {"pre-commit", "pre-push", "post-push"}
    assert hooks_of(clone, tmp_path / "trace") == ["pre-commit"]


def test_the_trace_shows_a_hook_that_stayed(clone: Clone, tmp_path: Path) -> None:
    hook = clone.write(".git/hooks/reference-transaction", "#!/bin/sh\n")
    hook.chmod(0o755)
    assert hooks_of(clone, tmp_path / "trace").count("reference-transaction") > 60


def test_an_old_hook_that_a_kill_left_armed_goes_with_the_next_commit(clone: Clone) -> None:
    hook = clone.write(
        ".git/hooks/reference-transaction",
        (ROOT / "hooks/reference-transaction").read_bytes(),
    )
    hook.chmod(0o755)
    clone.commit()
    assert hook.exists()  # somebody may have armed it just now
    os.utime(hook, (0, 0))
    clone.commit()
    assert not hook.exists()
