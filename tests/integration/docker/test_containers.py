"""Containers of a real engine that die, are ill, stale or missing, and those that are well.

Each group of them is made once, side by side; what is judged is what the engine says of them.
"""

from __future__ import annotations

import os
import random
import shlex
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import datetime, timezone
from pathlib import Path

import msgspec
import pytest
from tests.integration.status.kit import Clone
from tests.support.engine import Engine, new_project_name
from tests.support.images import base_image
from tests.support.shell import sh
from tests.support.swarm import remove_stack

from safeguards.checks import Item
from safeguards.health.restarts import Memory
from safeguards.health.stages.containers import PATIENCE, observe
from safeguards.runtimes.compose import ComposeRuntime
from safeguards.runtimes.docker import DockerRuntime
from safeguards.runtimes.observe import Runtime
from safeguards.runtimes.swarm import SwarmRuntime
from safeguards.system.clock import SystemClock
from safeguards.system.docker import Engine as DockerEngine
from safeguards.system.swarm import Swarm

pytestmark = pytest.mark.docker

LIVES = {"short": "0.1", "one": "1", "three": "3.3"}
"""Seconds that what starts and dies again and again lives."""

HALF = ["running", "pending"]
SECONDS = 30.0
ASLEEP = "exec sleep 3600"


def items_of(runtime: Runtime, patience: float = 0.0) -> dict[str, Item]:
    """What is said of each name now, of a name with several instances the worst."""
    memory = Memory(lambda: ("", ()), lambda: datetime.now(timezone.utc))
    found = observe(runtime, SystemClock(), memory, patience=patience)
    order = ("ok", "warn", "unknown", "fail")
    found = tuple(sorted(found, key=lambda item: order.index(item.status)))
    return {item.subject.partition(" ")[0]: item for item in found}


def until(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline, "it does not come to this"
        time.sleep(0.1)


class Containers:
    """Plain containers of one test, by short names."""

    def __init__(self, engine: Engine) -> None:
        self.docker = engine.docker
        self.prefix = new_project_name()
        self.image = base_image(engine)

    def name(self, short: str) -> str:
        return f"{self.prefix}-{short}"

    def run(self, short: str, *options: str, does: str = ASLEEP, image: str = "") -> None:
        what = (image or self.image, "sh", "-c", does)
        self.docker("run", "-d", "--init", "--name", self.name(short), *options, *what)

    def state(self, short: str, template: str) -> str:
        return self.docker("inspect", "-f", template, self.name(short)).strip()

    def items(self, *shorts: str, patience: float = PATIENCE) -> dict[str, Item]:
        """What is said of them, by short names."""
        with closing(DockerEngine()) as engine:
            runtime = DockerRuntime(engine, [self.name(short) for short in shorts])
            found = items_of(runtime, patience)
        return {name.removeprefix(f"{self.prefix}-"): item for name, item in found.items()}


@contextmanager
def making(engine: Engine) -> Iterator[Containers]:
    """Containers, and their images, that are gone at the end."""
    made = Containers(engine)
    yield made
    if found := made.docker("ps", "-aq", "--filter", f"name={made.prefix}").split():
        made.docker("rm", "-fv", *found)
    names = made.docker("images", "--format", "{{.Repository}}:{{.Tag}}", f"{made.prefix}*").split()
    if names:
        made.docker("rmi", "-f", *names)


@pytest.fixture
def containers(docker_engine: Engine) -> Iterator[Containers]:
    with making(docker_engine) as made:
        yield made


class Verified(msgspec.Struct, frozen=True):
    """A container that is verified from `folder`, and died once since then."""

    containers: Containers
    folder: Path

    def verify(self, *argv: str) -> str:
        env = {**os.environ, "XDG_STATE_HOME": str(self.folder / "state")}
        command = (sys.executable, "-m", "safeguards", "verify", *argv)
        return sh(*command, cwd=self.folder, env=env, ok=(0, 1))


@pytest.fixture(scope="module", autouse=True)
def verified(docker_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Verified]:
    """Begun before all tests of this module: it has to be up again for ten seconds."""
    with making(docker_engine) as made:
        begun = Verified(made, tmp_path_factory.mktemp("verified"))
        table = "[targets.production]\nruntime = 'docker'\n"
        config = f"{table}containers = ['{made.name('web')}']\n"
        (begun.folder / "safeguards.toml").write_text(config)
        made.run("web", "--restart", "always")
        assert begun.verify().startswith("Check 1: Containers [OK]\n")
        made.docker("exec", made.name("web"), "kill", "1")
        yield begun


def test_a_crash_loop_never_passes_whenever_one_looks(containers: Containers) -> None:
    for short, life in LIVES.items():
        containers.run(short, "--restart", "always", does=f"sleep {life}; exit 3")
    for short in LIVES:
        until(lambda short=short: int(containers.state(short, "{{.RestartCount}}")) >= 1)
    seen: list[tuple[str, Item]] = []

    def look(after: float) -> None:
        time.sleep(after)
        seen.extend(containers.items(*LIVES).items())

    dice = random.Random(1)
    threads = [threading.Thread(target=look, args=(dice.uniform(0, 4),)) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [(name, item) for name, item in seen if item.status != "fail"] == []
    assert len(seen) == len(threads) * len(LIVES)
    assert any("again and again, exit code 3" in item.message for _, item in seen)


def test_the_first_death_of_a_young_one_is_seen(containers: Containers) -> None:
    containers.run("once", does="sleep 1; exit 7")
    containers.run("first", "--restart", "always", does="sleep 0.3; exit 7")
    found = containers.items("once", "first")
    assert [item.status for item in found.values()] == ["fail", "fail"]
    assert found["once"].message == "it stopped, exit code 7"
    assert "exit code 7" in found["first"].message


def test_out_of_memory_is_said(containers: Containers) -> None:
    eats = "exec python3 -c 'x = bytearray(300_000_000); print(len(x))'"
    containers.run("ends", "--memory", "64m", "--memory-swap", "64m", does=eats)
    containers.run("loops", "--memory", "64m", "--restart", "always", does=f"sleep 0.5; {eats}")
    until(lambda: containers.state("ends", "{{.State.Status}}") == "exited")
    until(lambda: containers.state("loops", "{{.RestartCount}}") != "0")
    found = containers.items("ends", "loops", patience=SECONDS)
    assert found["ends"].message == "it stopped: killed, out of memory"
    assert found["loops"].message.startswith(
        "it starts and dies, again and again: killed, out of memory"
    )


def test_states_that_are_not_well_and_youth_which_is(containers: Containers) -> None:
    often = ("--health-interval", "300ms", "--health-retries", "2")
    containers.run("unhealthy", "--health-cmd", "false", *often)
    containers.run("silent", "--health-cmd", "true", "--health-interval", "1h")
    containers.run("frozen")
    containers.docker("pause", containers.name("frozen"))
    containers.run("stopped")
    containers.docker("kill", containers.name("stopped"))
    containers.docker("create", "--name", containers.name("created"), containers.image, "true")
    until(lambda: containers.state("unhealthy", "{{.State.Health.Status}}") == "unhealthy")
    containers.run("becoming", "--health-cmd", "true", "--health-interval", "1s")
    containers.run("young")
    wrong = ("unhealthy", "silent", "frozen", "stopped", "created", "gone")
    found = containers.items(*wrong, "young")
    assert {short: (item.status, item.observed) for short, item in found.items()} == {
        "unhealthy": ("fail", "running, unhealthy"),
        "silent": ("unknown", "running, starting"),
        "frozen": ("fail", "paused"),
        "stopped": ("fail", "exited"),
        "created": ("fail", "created"),
        "gone": ("fail", "missing"),
        "young": ("ok", "running"),
    }
    until(lambda: containers.items("becoming", patience=0)["becoming"].status == "ok")
    assert found["unhealthy"].message.startswith("its own health check fails, ")
    assert found["stopped"].message == "it stopped, exit code 137"
    measures = found["young"].measures
    assert (measures["running"], measures["restarts"], measures["image_current"]) == (1, 0, 1)
    assert 2 <= measures["uptime_seconds"] < SECONDS


def test_the_first_letters_of_an_id_are_no_name(containers: Containers) -> None:
    containers.run("web")
    number = containers.state("web", "{{.Id}}")
    with closing(DockerEngine()) as engine:
        runtime = DockerRuntime(engine, [])
        assert runtime.inspect(number[:6]) == ()
        assert [each.id for each in runtime.inspect(number[:12])] == [number]


def test_an_image_that_was_built_and_not_started_is_told(containers: Containers) -> None:
    tag = f"{containers.prefix}-app:production"
    containers.docker("tag", containers.image, tag)
    containers.run("web", image=tag)
    containers.run("pinned", image=containers.docker("images", "-q", "--no-trunc", tag).strip())
    containers.docker("build", "-t", tag, "-", stdin=f"FROM {containers.image}\nLABEL is=newer\n")
    found = containers.items("web", "pinned", patience=0)
    assert (found["web"].status, found["pinned"].status) == ("warn", "ok")
    assert found["web"].message == f"its image is not what {tag} stands for now"
    assert found["web"].measures["image_current"] == 0
    containers.docker("rmi", "-f", tag)
    assert containers.items("web", patience=0)["web"].status == "ok"


COMPOSE = """\
services:
  web: &web
    image: {image}
    command: ["sleep", "3600"]
    init: true
    deploy: {{replicas: 2}}
  job:
    <<: *web
    deploy: {{replicas: 1}}
"""


def test_replicas_of_a_project(docker_engine: Engine, tmp_path: Path) -> None:
    project, image = new_project_name(), f"{new_project_name()}-app:production"
    base = base_image(docker_engine)
    docker_engine.docker("tag", base, image)
    (tmp_path / "compose.yaml").write_text(COMPOSE.format(image=image))

    def compose(*argv: str) -> None:
        sh("docker", "compose", "-p", project, *argv, cwd=tmp_path, env=docker_engine.env)

    with closing(DockerEngine()) as engine:
        runtime = ComposeRuntime(engine, ["web", "job"], project, replicas={"web": 2}.get)
        try:
            compose("up", "-d", "web")
            compose("run", "-d", "--name", f"{project}-job-by-hand", "job")
            found = items_of(runtime)
            assert (found["web"].status, found["job"].observed) == ("ok", "missing")
            docker_engine.docker("rm", "-f", f"{project}-web-2")
            found = items_of(runtime)
            assert (found["web"].status, found["web"].observed) == ("fail", "1 of 2 running")
            brought_up = found["web"].hint.removeprefix("bring them up again: ")
            sh(*shlex.split(brought_up), env=docker_engine.env)
            assert items_of(runtime)["web"].status == "ok"
            docker_engine.docker("kill", f"{project}-web-1")
            until(lambda: items_of(runtime)["web"].observed == "exited")
            docker_engine.docker("start", f"{project}-web-1")
            newer = f"FROM {base}\nLABEL is=newer\n"
            docker_engine.docker("build", "-t", image, "-", stdin=newer)
            stale = items_of(runtime)["web"]
            assert (stale.status, stale.next is not None) == ("warn", True)
            sh(*shlex.split(stale.next.command), env=docker_engine.env)  # type: ignore[union-attr]
            assert items_of(runtime)["web"].status == "ok"
        finally:
            compose("down", "-t", "0", "--remove-orphans")
            docker_engine.docker("rm", "-f", f"{project}-job-by-hand")
            docker_engine.docker("rmi", "-f", image)


def test_a_swarm_that_runs_less_than_it_should(swarm_engine: Engine) -> None:
    stack, image = new_project_name(), base_image(swarm_engine)
    create = ("service", "create", "-d", "--no-resolve-image")
    asleep = (image, "sleep", "3600")
    looping = ("--restart-delay", "500ms", image, "sh", "-c", "sleep 1; exit 3")
    with closing(Swarm()) as engine:
        runtime = SwarmRuntime(engine, ["whole", "half", "none", "loop"], stack)
        try:
            for name, what in {
                "whole": ("--replicas", "2", *asleep),
                "half": ("--replicas", "2", "--replicas-max-per-node", "1", *asleep),
                "none": ("--replicas", "0", *asleep),
                "loop": looping,
            }.items():
                swarm_engine.docker(*create, "--name", f"{stack}_{name}", *what)
            until(lambda: sum(each.running for each in runtime.inspect("whole")) == 2)
            until(lambda: any(each.restarts > 1 for each in runtime.inspect("loop")))
            until(lambda: [each.state for each in runtime.inspect("half")] == HALF)
            found = items_of(runtime)
        finally:
            remove_stack(swarm_engine, stack)
    assert {name: item.status for name, item in found.items()} == {
        "whole": "ok",
        "half": "fail",
        "none": "fail",
        "loop": "fail",
    }
    assert found["half"].observed == "pending"
    assert found["none"].observed == "scaled to 0"
    assert found["loop"].message.startswith("it ")


def test_a_restart_since_the_last_verify_is_told_once(verified: Verified) -> None:
    name = verified.containers.name("web")

    def up_again() -> bool:
        item = verified.containers.items("web", patience=0)["web"]
        return (item.status, item.measures["restarts"]) == ("ok", 1)

    until(up_again)
    told = f"  - {name}: warning: running, restarted once since the last verify, the last time "
    first = verified.verify()
    assert first.startswith(f"Check 1: Containers [OK]\n{told}"), first
    assert f"\n      next: docker logs --tail 50 {name}\n" in first
    assert told not in verified.verify()


def test_the_commits_of_the_images_tell_what_is_out_of_date(
    containers: Containers, tmp_path: Path
) -> None:
    """In a clone from which nothing was ever synchronised."""
    clone = Clone.make(tmp_path)
    first = clone.head()
    names = [containers.name("web"), containers.name("worker")]
    table = f"[targets.production]\nruntime = 'docker'\ncontainers = {names}\nbuild = {names}\n"
    clone.add("safeguards.toml", table + "restart-on = ['app/**']\n")
    clone.commit("configured")
    clone.git("push", "-q", "origin", "main")
    theirs = clone.elsewhere()

    def drift(**commits: str) -> str:
        for short, commit in commits.items():
            label = f"safeguards.commit={commit}"
            # What has ended is not waited for, and has its labels.
            containers.docker("rm", "-f", containers.name(short))
            containers.run(short, "--label", label, does="true")
            until(lambda short=short: containers.state(short, "{{.State.Status}}") == "exited")
        out = clone.run("verify", "--no-journal").out
        return next((line for line in out.splitlines() if line.startswith("Drift")), "")

    assert drift(web=clone.head(), worker=first) == ""
    clone.git("fetch", "-q")
    said = f"Drift: origin/main is at {theirs[:12]}; 1 file changed since "
    assert drift().startswith(said)
    assert drift(web=theirs).startswith(f"{said}{first[:12]}")
    assert drift(worker=theirs) == ""
