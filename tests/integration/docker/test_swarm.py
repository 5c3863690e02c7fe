"""A stack is replaced without a lost request, and Swarm takes back what does not run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.support.production import BACKEND, TOKEN
from tests.support.shell import ROOT, sh
from tests.support.swarm import SwarmProduction, changing

from safeguards.errors import DeadlineError, RefusedError, UnreachableError
from safeguards.runtimes.change import Deployed, Stamp, Version
from safeguards.runtimes.changing.swarm import SwarmChanger

pytestmark = pytest.mark.docker

GOOD = 'return {"status": "ok", "version": "%s"}'
UNHEALTHY = 'raise HTTPException(500, "broken")'


@pytest.fixture
def changer(stack: SwarmProduction) -> Iterator[SwarmChanger]:
    with changing(stack.engine.env, stack.stack, (BACKEND,), stack.folder) as made:
        yield made


@pytest.fixture(scope="module", autouse=True)
def as_deployed(stack: SwarmProduction) -> tuple[tuple[Deployed, list[str]], ...]:
    """What there was before anything was replaced, and after it was replaced by itself."""
    seen = []
    with changing(stack.engine.env, stack.stack, (BACKEND,), stack.folder) as changer:
        for _ in range(2):
            found = changer.deployed(BACKEND)
            assert found.tagged is not None
            seen.append((found, stack.tasks()))
            changer.replace(BACKEND, found.tagged, print)
    return tuple(seen)


def _stamp(commit: str, previous: str = "") -> Stamp:
    return Stamp("production", f"run-{commit[:6]}", commit * 40, ("018",), previous)


def _built(
    changer: SwarmChanger, stack: SwarmProduction, folder: Path, commit: str, health: str
) -> Version:
    source = stack.export(folder, health)
    return changer.build(BACKEND, source, _stamp(commit), print)


def test_what_runs_already_is_left_alone(
    stack: SwarmProduction, as_deployed: tuple[tuple[Deployed, list[str]], ...]
) -> None:
    before, after = as_deployed
    found, _ = before
    assert found.tag == f"{stack.repository}:production"
    assert found.running == (found.tagged, found.tagged)
    assert after == before


def test_a_good_version_replaces_the_old_one_and_no_request_is_lost(
    changer: SwarmChanger, stack: SwarmProduction, tmp_path: Path
) -> None:
    before = changer.deployed(BACKEND)
    assert before.tagged is not None
    version = _built(changer, stack, tmp_path, "a", GOOD % "a")
    assert (version.commit, version.heads) == ("a" * 40, ("018",))
    assert changer.deployed(BACKEND) == before
    assert changer.find(BACKEND, "a" * 40) == version
    changer.pin(BACKEND, before.tagged)
    with stack.under_load() as counts:
        changer.replace(BACKEND, version, print)
        after = changer.deployed(BACKEND)
    assert set(counts) == {"answered"}
    assert json.loads(stack.get()[1])["version"] == "a"
    assert after.tagged == version
    assert after.running == (version, version)
    assert changer.pinned(BACKEND) == before.tagged


def test_what_does_not_start_is_taken_back_and_no_request_is_lost(
    changer: SwarmChanger, stack: SwarmProduction, tmp_path: Path
) -> None:
    source = stack.export(tmp_path)
    main = source / "backend" / "app" / "main.py"
    broken = "import os\nraise SystemExit('no way')\n"
    main.write_text(main.read_text().replace("import os\n", broken, 1))
    version = changer.build(BACKEND, source, _stamp("b"), print)
    before = changer.deployed(BACKEND)
    with stack.under_load() as counts:
        with pytest.raises(RefusedError, match="non-zero exit") as caught:
            changer.replace(BACKEND, version, print)
        time.sleep(1)
    assert set(counts) == {"answered"}
    assert before.tag in caught.value.message
    ((_, shown),) = caught.value.context
    assert "no way" in shown
    assert changer.deployed(BACKEND) == before


def test_a_killed_replace_is_joined_by_the_next_one(
    changer: SwarmChanger, stack: SwarmProduction, tmp_path: Path
) -> None:
    version = _built(changer, stack, tmp_path, "d", GOOD % "d")
    with stack.under_load() as counts:
        _replace_until_killed(stack, version, "0 of 2")
        (begun,) = _updates(stack)
        changer.replace(BACKEND, version, print)
    assert set(counts) == {"answered"}
    assert _updates(stack) == [begun]
    assert changer.deployed(BACKEND).running == (version, version)
    changer.replace(BACKEND, version, print)
    assert _updates(stack) == [begun]
    assert _image(stack, f"{stack.repository}:production") == version.id


def test_places_have_the_surroundings_of_the_service_and_none_of_its_traffic(
    changer: SwarmChanger, stack: SwarmProduction
) -> None:
    version = changer.deployed(BACKEND).running[0]
    bench = changer.workbench(BACKEND, version, _stamp("e"), seconds=60)
    told: list[str] = []
    script = "echo $NPD_TOKEN; pwd; alembic current; exit 3"
    done = bench.run(["sh", "-c", script], timeout=30, workdir="/srv/app/..", tell=told.append)
    assert (done.returncode, done.text.split()) == (3, [TOKEN, "/srv", "018", "(head)"])
    assert f"{TOKEN}" in told
    with pytest.raises(DeadlineError, match=r"sleep in .* did not finish"):
        bench.run(["sleep", "30"], timeout=0.5)
    assert "sleep 30" not in bench.run(["ps", "ax"], timeout=5).text

    trial = changer.trial(BACKEND, version, _stamp("e"))
    assert trial is not None
    for _ in range(100):
        if trial.look().health == "healthy":
            break
        time.sleep(0.2)
    answer = trial.fetch("GET", "http://127.0.0.1:8000/health", headers={}, timeout=5)
    assert answer.status == 200
    assert trial.answers_at(f"http://127.0.0.1:{stack.port}/health") is None
    assert "Uvicorn running" in trial.log()
    found = bench.run(["getent", "ahostsv4", BACKEND], timeout=5).text
    assert len({line.split()[0] for line in found.splitlines()}) == 2

    assert set(changer.sweep()) == {bench.name, trial.name}
    assert bench.look().state == "exited"
    assert changer.sweep() == ()
    with pytest.raises(UnreachableError):
        trial.run(["true"], timeout=5)


def test_a_place_that_nothing_can_run_says_why(
    changer: SwarmChanger, stack: SwarmProduction
) -> None:
    with pytest.raises(RefusedError, match="no image"):
        changer.workbench(BACKEND, Version("sha256:" + "0" * 64), _stamp("f"), seconds=5)
    with pytest.raises(UnreachableError, match=f"there is no service {stack.stack}_nowhere"):
        changer.deployed("nowhere")


def test_a_sync_to_a_good_and_to_a_broken_commit_loses_no_request(
    stack: SwarmProduction, tmp_path: Path
) -> None:
    checkout = stack.checkout(tmp_path)
    main = checkout / "backend" / "app" / "main.py"
    text = main.read_text()
    old = '    """Is the database there?"""\n'
    with stack.under_load() as counts:
        main.write_text(text.replace(old, f"{old}    {GOOD % 'e'}\n"))
        code, said = _synchronise(checkout, "good")
        assert code == 0, said
        assert json.loads(stack.get()[1])["version"] == "e"
        # Its trial would tell before anything is replaced.
        with (checkout / "safeguards.toml").open("a") as config:
            config.write("\n[targets.production.sync]\ntrial = false\n")
        main.write_text(text.replace(old, f"{old}    {UNHEALTHY}\n"))
        code, broken = _synchronise(checkout, "broken")
        assert code == 15, broken
        assert "health check failed" in broken
    assert set(counts) == {"answered"}
    assert json.loads(stack.get()[1])["version"] == "e"


def _synchronise(checkout: Path, message: str) -> tuple[int, str]:
    """Commit everything and bring production there; the exit code, and what was printed."""
    sh("git", "commit", "-qam", message, cwd=checkout)
    done = subprocess.run(
        [sys.executable, "-m", "safeguards", "sync", "HEAD", "--unpushed"],
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
        check=False,
    )
    return done.returncode, done.stdout


def _updates(stack: SwarmProduction) -> list[str]:
    template = "{{.UpdateStatus.StartedAt}}"
    return stack.engine.docker("service", "inspect", "-f", template, stack.name).splitlines()


def _image(stack: SwarmProduction, name: str) -> str:
    return stack.engine.docker("image", "inspect", "-f", "{{.Id}}", name).strip()


def _replace_until_killed(stack: SwarmProduction, version: Version, line: str) -> None:
    """Replace in a process of its own, killed as soon as it tells this."""
    where = (stack.engine.env, str(stack.folder), stack.stack)
    given = json.dumps([*where, BACKEND, msgspec.to_builtins(version)])
    process = subprocess.Popen(
        [sys.executable, "-u", "-c", REPLACE, given],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env=dict(os.environ),
    )
    assert process.stdout is not None
    with process.stdout:
        while line not in (said := process.stdout.readline()):
            assert said, "it ended before it was killed"
        process.send_signal(signal.SIGKILL)
    process.wait()


REPLACE = """
import json, sys
from pathlib import Path
import msgspec
from safeguards.runtimes.change import Version
from tests.support.swarm import changing
env, folder, name, service, version = json.loads(sys.argv[1])
with changing(env, name, (service,), Path(folder)) as changer:
    changer.replace(service, msgspec.convert(version, Version), print)
"""
