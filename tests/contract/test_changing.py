"""One suite for `Changer`, against a real engine.

A runtime takes part by a `Small` production of its kind (`tests/support/small.py`).
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support import small as kit
from tests.support.awaited import await_answer, await_fetch, await_that
from tests.support.engine import Engine
from tests.support.shell import OUTER, ROOT
from tests.support.small import Small

from safeguards.errors import DeadlineError, RefusedError
from safeguards.runtimes.change import (
    COMMIT,
    HEADS,
    PREVIOUS,
    ROLE,
    RUN,
    TARGET,
    Changer,
    Place,
    Stamp,
    Version,
)

pytestmark = pytest.mark.docker

COMMITS = {name: letter * 40 for name, letter in zip(kit.EXPORTS, "abcde", strict=True)}
KILLS = int(OUTER.get("KILLS", "9"))
SECONDS = 1.5
"""Longer than a replacement takes, so that some are killed when all is done."""

LONG_PAUSE = 4
"""Restarts after which the engine waits longer than a replacement needs to begin."""

STAMP = Stamp(kit.TARGET, "run-1", "", ("018", "019"), "sha256:before")


class Case(msgspec.Struct, frozen=True):
    """A production of one runtime, and the changer for it; it was brought up with `first`."""

    small: Small
    changer: Changer
    first: Version

    @property
    def service(self) -> str:
        return self.small.service

    def version(self, name: str) -> Version:
        """The version of this export, built once."""
        found = self.changer.find(self.service, COMMITS[name])
        return found or self.build(name, [])

    def build(self, name: str, told: list[str]) -> Version:
        stamp = msgspec.structs.replace(STAMP, commit=COMMITS[name])
        return self.changer.build(self.service, self.small.export(name), stamp, told.append)

    def replace(self, version: Version) -> None:
        self.changer.replace(self.service, version, lambda line: None)

    def running(self) -> tuple[str, ...]:
        """The ids of the versions of all instances."""
        return tuple(each.id for each in self.changer.deployed(self.service).running)

    def inspected(self, container: str) -> dict[str, Any]:
        (found,) = msgspec.json.decode(self.small.engine.docker("inspect", container))
        return dict(found)


@pytest.fixture(scope="module", params=["docker", "compose", "swarm"])
def made(request: pytest.FixtureRequest, docker_engine: Engine) -> Iterator[Case]:
    if request.param == "swarm":
        request.getfixturevalue("swarm_engine")
    with kit.running(docker_engine, request.param) as small:
        changer = small.changer()
        (first,) = changer.deployed(small.service).running
        yield Case(small, changer, first)


@pytest.fixture
def case(made: Case) -> Case:
    """The production as it was brought up, with nothing beside it."""
    made.changer.sweep()
    made.replace(made.first)
    await_answer(made.small, "first")
    return made


def test_what_is_deployed(case: Case) -> None:
    found = case.changer.deployed(case.service)
    assert case.changer.services() == (case.service,)
    assert found.running == (case.first,)
    assert found.tagged == case.first
    assert (case.first.commit, case.first.heads) == ("", ())


def test_a_build_is_labelled_found_and_changes_nothing(case: Case) -> None:
    told: list[str] = []
    before = case.small.containers(), case.changer.deployed(case.service)
    built = case.build("good", told)
    assert (built.commit, built.heads, built.previous) == (
        COMMITS["good"],
        ("018", "019"),
        "sha256:before",
    )
    labels = case.inspected(built.id)["Config"]["Labels"]
    wanted = {
        COMMIT: built.commit,
        HEADS: "018,019",
        RUN: "run-1",
        TARGET: "production",
        PREVIOUS: "sha256:before",
    }
    assert wanted.items() <= labels.items()
    assert case.changer.find(case.service, COMMITS["good"]) == built
    assert case.changer.find(case.service, "f" * 40) is None
    assert (case.small.containers(), case.changer.deployed(case.service)) == before
    assert any("Step" in line or "COPY" in line for line in told), told


def test_a_build_that_fails_says_what_it_printed(case: Case) -> None:
    with pytest.raises(RefusedError, match="build") as caught:
        case.build("unbuildable", [])
    ((_, shown),) = caught.value.context
    assert "about-to-fail" in shown
    assert kit.TOKEN not in shown
    assert case.changer.find(case.service, COMMITS["unbuildable"]) is None


def test_a_workbench_has_productions_surroundings_and_none_of_its_traffic(case: Case) -> None:
    place = case.changer.workbench(case.service, case.version("good"), STAMP, seconds=60)
    told: list[str] = []
    script = (
        'cat version; echo " $TOKEN $LEVEL $GIVEN"; '
        "cat /settings/mode >&2; ls -d /kept; pwd; exit 3"
    )
    done = place.run(
        ["sh", "-c", script], timeout=20, env={"GIVEN": "$x"}, workdir="/srv", tell=told.append
    )
    assert done.returncode == 3
    assert done.text == f"good {kit.TOKEN} production $x\n/kept\n/srv\n"
    assert done.error_text == "mounted"
    assert sorted(told) == sorted([f"good {kit.TOKEN} production $x", "/kept", "/srv", "mounted"])
    raw = case.inspected(place.look().id)
    assert raw["HostConfig"]["PortBindings"] in ({}, None)
    assert raw["HostConfig"]["RestartPolicy"]["Name"] in {"", "no"}
    labels = raw["Config"]["Labels"]
    assert (labels[ROLE], labels[TARGET]) == ("workbench", "production")
    assert "traefik.enable" not in labels
    assert kit.BESIDE in place.run(["getent", "hosts", kit.BESIDE], timeout=10).text
    if is_swarm(case):  # where a service is found by its name
        found = place.run(["getent", "ahostsv4", case.service], timeout=10).text
        assert len({line.split()[0] for line in found.splitlines()}) == 1
    place.close()
    place.close()
    assert place.look().state == "exited"
    assert place.name not in case.small.containers()
    assert case.small.answer() == "first"


def test_a_late_command_is_ended_with_all_that_it_started(case: Case) -> None:
    place = case.changer.workbench(case.service, case.version("good"), STAMP, seconds=60)
    script = "setsid sh -c 'while :; do date +%N > /tmp/alive; sleep 0.1; done' & sleep 60"
    with pytest.raises(DeadlineError, match="did not finish within 5"):
        place.run(["sh", "-c", script], timeout=5)  # it has to have begun, on a busy engine too
    script = "cat /tmp/alive; sleep 0.5; cat /tmp/alive"
    first, second = place.run(["sh", "-c", script], timeout=10).text.split()
    assert first == second, "the loop goes on"
    place.close()


def test_a_workbench_that_nobody_closes_ends(case: Case) -> None:
    place = case.changer.workbench(case.service, case.version("good"), STAMP, seconds=1)
    await_that(lambda: place.look().state == "exited", "the workbench ends")
    with pytest.raises(RefusedError):
        place.run(["true"], timeout=5)
    assert case.changer.sweep() == (place.name,)


def test_a_trial_serves_unpublished(case: Case) -> None:
    place = trial(case, "good")
    url = place.answers_at(case.small.url)
    assert url is not None
    assert str(case.small.port) not in url
    answer = await_fetch(place, url)
    assert answer.body.decode() == f"good 127.0.0.1:{case.small.port}"
    assert place.look().running
    assert "serving good" in place.log()
    assert case.small.answer() == "first"
    named = place.answers_at(f"http://{case.service}:8000/health")
    assert named is not None
    assert await_fetch(place, named).body.decode() == f"good {case.service}:8000"
    place.close()


def test_a_trial_answers_only_for_what_production_publishes(case: Case) -> None:
    place = trial(case, "good")
    assert place.answers_at("http://127.0.0.1:1/health") is None
    elsewhere = place.answers_at(f"http://192.0.2.1:{case.small.port}/")
    assert (elsewhere is None) != is_swarm(case)  # which publishes at every address
    assert place.answers_at("https://127.0.0.1/") is None


def test_a_trial_that_does_not_start_is_seen_with_its_log(case: Case) -> None:
    place = trial(case, "broken")
    await_that(lambda: place.look().state == "exited", "the trial ends")
    assert place.look().exit_code == 1
    assert "no way" in place.log()
    assert case.small.answer() == "first"


@pytest.mark.replaces
def test_replacing_touches_nothing_else_and_goes_back(case: Case) -> None:
    before = case.small.containers()
    case.replace(case.version("good"))
    await_answer(case.small, "good")
    after = case.small.containers()
    assert set(after) == set(before)
    changed = {name for name in after if after[name] != before[name]}
    assert len(changed) == 1
    assert kit.SERVICE in changed.pop()
    found = case.changer.deployed(case.service)
    assert (found.tagged, found.running) == (case.version("good"), (case.version("good"),))
    case.replace(case.first)
    await_answer(case.small, "first")
    assert case.changer.deployed(case.service).running == (case.first,)


@pytest.mark.replaces
def test_replacing_twice_is_nothing(case: Case) -> None:
    case.replace(case.version("good"))
    before = case.small.containers()
    case.replace(case.version("good"))
    assert case.small.containers() == before


@pytest.mark.replaces
def test_what_production_was_given_stays(case: Case) -> None:
    docker = case.small.engine.docker
    docker("exec", container(case), *shell("echo kept >/kept/a; echo c >/cache/a"))
    case.replace(case.version("good"))
    script = "cat /kept/a /settings/mode; echo $TOKEN $LEVEL $PLAIN"
    said = docker("exec", container(case), *shell(script))
    assert said == f"kept\nmounted{kit.TOKEN} production 1\n"
    raw = case.inspected(container(case))
    assert raw["Config"]["Labels"]["traefik.enable"] == "true"
    if not is_swarm(case):  # there each task has unnamed volumes of its own, and is never restarted
        assert docker("exec", container(case), "cat", "/cache/a") == "c\n"
        assert raw["HostConfig"]["RestartPolicy"]["Name"] == "unless-stopped"


@pytest.mark.replaces
def test_nothing_of_the_settings_is_lost(case: Case) -> None:
    before = settings(case)
    for version in (case.version("good"), case.first):
        case.replace(version)
    assert settings(case) == before


def settings(case: Case) -> dict[str, Any]:
    """What a container was made with, without what belongs to one container or image alone."""
    raw = case.inspected(container(case))
    networks = raw["NetworkSettings"]["Networks"]
    aliases = {
        name: sorted(set(how["Aliases"] or ()) - {raw["Id"][:12]}) for name, how in networks.items()
    }
    config = {k: v for k, v in raw["Config"].items() if k not in {"Hostname", "Labels"}}
    config["Env"] = sorted(config["Env"])
    host = {k: v for k, v in raw["HostConfig"].items() if k not in {"Binds", "Mounts", "Links"}}
    mounts = sorted((each["Source"], each["Destination"], each["RW"]) for each in raw["Mounts"])
    labels = {k: v for k, v in raw["Config"]["Labels"].items() if "docker.compose" not in k}
    if is_swarm(case):
        labels = {k: v for k, v in labels.items() if "docker.swarm.task" not in k}
        mounts = [each for each in mounts if each[1] != "/cache"]
        del config["Image"]
    return {"config": config, "host": host, "aliases": aliases, "mounts": mounts, "labels": labels}


@pytest.mark.replaces
def test_a_version_that_does_not_start_can_be_gone_back_from(case: Case) -> None:
    if is_swarm(case):  # which goes back itself
        with pytest.raises(RefusedError, match="non-zero exit") as caught:
            case.replace(case.version("broken"))
        ((_, shown),) = caught.value.context
        assert "no way" in shown
        assert case.changer.deployed(case.service).running == (case.first,)
    else:
        case.replace(case.version("broken"))
        assert case.changer.deployed(case.service).running == (case.version("broken"),)
    case.replace(case.first)
    await_answer(case.small, "first")


@pytest.mark.parametrize("made", ["docker", "compose"], indirect=True)  # Swarm never restarts one
def test_a_version_that_waits_for_its_next_start_can_be_replaced(case: Case) -> None:
    case.replace(case.version("broken"))

    def waits() -> bool:
        raw = case.inspected(container(case))
        return bool(raw["State"]["Restarting"]) and raw["RestartCount"] >= LONG_PAUSE

    await_that(waits, "the engine waits before it starts it again")
    case.replace(case.first)
    await_answer(case.small, "first")
    assert case.changer.deployed(case.service).running == (case.first,)


@pytest.mark.replaces
def test_a_version_that_cannot_be_started_is_refused(case: Case) -> None:
    with pytest.raises(RefusedError) as caught:
        case.replace(case.version("unstartable"))
    shown = "\n".join((caught.value.message, *(text for _, text in caught.value.context)))
    assert "nosuch" in shown
    assert kit.TOKEN not in shown
    case.replace(case.first)
    await_answer(case.small, "first")
    assert case.changer.deployed(case.service).running == (case.first,)


def test_what_is_not_there_is_refused(case: Case) -> None:
    with pytest.raises(RefusedError, match="nothere"):
        case.changer.replace("nothere", case.first, lambda line: None)
    empty = case.small.folder / "empty"
    (empty / "deploy").mkdir(parents=True, exist_ok=True)
    stamp = msgspec.structs.replace(STAMP, commit="f" * 40)
    with pytest.raises(RefusedError, match="the commit has no"):
        case.changer.build(case.service, empty, stamp, lambda line: None)


@pytest.mark.slow
@pytest.mark.replaces
def test_killed_at_any_moment_a_replacement_can_be_made_again(case: Case) -> None:
    others = {name: i for name, i in case.small.containers().items() if kit.SERVICE not in name}
    (name,) = set(case.small.containers()) - set(others)
    versions = [case.version("good"), case.version("better"), case.first]
    dice = random.Random(KILLS)
    for each in range(KILLS // 3 if is_swarm(case) else KILLS):
        killed, wanted = versions[each % 3], dice.choice(versions)
        moment = dice.uniform(0, SECONDS * 4 if is_swarm(case) else SECONDS)
        kill_replacing(case.small, killed, lambda pause=moment: time.sleep(pause))
        assert case.changer.deployed(case.service).running, f"nothing is left at {moment:.3f}"
        case.replace(wanted)
        found = case.changer.deployed(case.service)
        assert (found.tagged, found.running) == (wanted, (wanted,)), f"killed at {moment:.3f}"
        after = case.small.containers()
        assert set(after) - set(others) == {name}, f"killed at {moment:.3f}"
        assert others.items() <= after.items()
        await_answer(case.small, {v: n for n, v in answers(case).items()}[wanted])


@pytest.mark.parametrize("made", ["compose"], indirect=True)  # the only one that runs a command
def test_the_command_killed_the_replacement_can_be_made_again(case: Case) -> None:
    versions = [case.version("good"), case.version("better")]
    before = case.small.containers()
    for each in range(KILLS):
        with killed_compose(case.small, each * SECONDS / KILLS), contextlib.suppress(RefusedError):
            case.replace(versions[each % 2])
        case.replace(versions[each % 2])
        assert case.running() == (versions[each % 2].id,)
        after = case.small.containers()
        assert set(after) == set(before)
        assert len(set(after.values()) - set(before.values())) <= 1


@contextlib.contextmanager
def killed_compose(small: Small, seconds: float) -> Iterator[None]:
    """Inside, our Compose processes that bring this project up are killed after so long."""

    def kill() -> None:
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            with contextlib.suppress(OSError):
                words = path.read_bytes().split(b"\0")
                compose = words[0].endswith((b"docker", b"docker-compose"))
                if compose and b"up" in words and small.project.encode() in words:
                    os.kill(int(path.parent.name), signal.SIGKILL)

    timer = threading.Timer(seconds, kill)
    timer.start()
    try:
        yield
    finally:
        timer.join()


@pytest.mark.replaces
def test_what_a_replacement_that_was_cut_off_has_stopped_is_started_again(case: Case) -> None:
    linger = case.small.checkout / "deploy" / "settings" / kit.LINGER
    wanted, old = case.version("good"), case.inspected(container(case))

    def stops() -> bool:
        return "stopping" in case.small.engine.docker("logs", old["Id"])

    linger.write_text("2")
    try:
        kill_replacing(case.small, wanted, lambda: await_that(stops, "the old one is stopped"))
        case.replace(case.first)
    finally:
        linger.write_text("0")
    state = case.inspected(container(case))["State"]
    assert state["Running"]
    assert state["StartedAt"] > old["State"]["StartedAt"], "it runs until it has stopped"
    await_answer(case.small, "first")


def answers(case: Case) -> dict[str, Version]:
    return {"first": case.first, "good": case.version("good"), "better": case.version("better")}


def kill_replacing(small: Small, version: Version, wait: Callable[[], None]) -> None:
    """Start a process that replaces the service, and kill it after this wait."""
    spec = (small.runtime, small.project, str(small.folder), str(small.port), version.id)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.replacer", *spec],
        cwd=ROOT,
        env=small.engine.env,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        wait()
        process.kill()


def test_the_version_to_go_back_to(case: Case) -> None:
    case.changer.pin(case.service, case.first)
    assert case.changer.pinned(case.service) == case.first
    case.changer.pin(case.service, case.version("good"))
    assert case.changer.pinned(case.service) == case.version("good")
    assert case.changer.deployed(case.service).tagged == case.first


def test_sweeping_removes_what_was_left_and_nothing_else(case: Case) -> None:
    before = case.small.containers()
    bench = case.changer.workbench(case.service, case.version("good"), STAMP, seconds=60)
    tried = trial(case, "broken")
    assert set(case.small.changer().sweep()) == {bench.name, tried.name}
    assert case.small.containers() == before
    assert case.changer.sweep() == ()


def test_by_hand_names_the_version(case: Case) -> None:
    text = case.changer.by_hand(case.service, case.first)
    assert case.first.id in text
    assert kit.TOKEN not in text


def trial(case: Case, name: str) -> Place:
    place = case.changer.trial(case.service, case.version(name), STAMP)
    assert place is not None
    return place


def is_swarm(case: Case) -> bool:
    """It replaces tasks, not containers, and takes back what fails."""
    return case.small.runtime == "swarm"


def shell(script: str) -> tuple[str, ...]:
    return ("sh", "-c", script)


def container(case: Case) -> str:
    """The id of the one container of the service."""
    (found,) = (i for name, i in case.small.containers().items() if kit.SERVICE in name)
    return found
