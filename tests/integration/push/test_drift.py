"""Pushes that no hook here saw, and what the next one is told of them."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.integration.push.conftest import World
from tests.integration.push.kit import Clone

NOTE = "commits that no gate here saw; this push takes them to production too"


def status(clone: Clone) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "safeguards", "status", "--format", "json"],
        cwd=clone.top,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    document = json.loads(done.stdout)
    assert done.returncode == document["exit_code"], done
    assert isinstance(document, dict)
    return document


def test_a_push_around_the_hook_is_drift_until_the_next_one_takes_it_along(world: World) -> None:
    clone = world.clone()
    first = clone.push("origin", "main")
    assert NOTE not in first.stderr
    clone.settled()
    assert status(clone)["exit_code"] == 0
    other = Clone.of(world.url_of(), world.folder / "other", world.object_format)
    other.git("fetch", "-q", "origin")
    other.git("reset", "-q", "--hard", "origin/main")
    other.add("app.py", "1")
    theirs = other.commit()
    assert other.push("--no-verify", "origin", "main").returncode == 0
    found = status(clone)
    assert found["exit_code"] == 1
    drift = found["drift"]
    assert isinstance(drift, dict)
    assert (drift["status"], drift["tip"], drift["seen"]) == ("drift", theirs, "remote")
    clone.git("fetch", "-q")
    clone.git("reset", "-q", "--hard", "origin/main")
    clone.commit("On top")
    told = clone.push("origin", "main")
    assert told.returncode == 0, told.stderr
    assert f"note: origin/main is at {theirs[:12]}; 1 file changed since" in told.stderr
    assert NOTE in told.stderr
    clone.settled()
    assert status(clone)["exit_code"] == 0


def test_a_push_soon_after_another_one_is_told_nothing(file_world: World) -> None:
    clone = file_world.clone()
    clone.push("origin", "main")
    clone.add("app.py", "1")
    clone.commit()
    clone.push("origin", "main")
    clone.add("app.py", "2")
    clone.commit()
    told = clone.push("origin", "main")
    assert told.returncode == 0
    assert NOTE not in told.stderr
