"""Faults of containers: how they end, loop, starve, go missing; and what only looks like one."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from tests.support.production import BACKEND, DB

from benchmarks.faults.kit import CONTAINER, fault, seen
from benchmarks.faults.world import PAIR, WORKER, World

ROOM = "containers"
FAIL = {"containers": "fail"}
DOWN = {"containers": "fail", "api": "fail"}
NO_DATABASE = {"containers": "fail", "migrations": "unknown", "records": "unknown", "api": "fail"}


def _restarted(world: World, name: str) -> None:
    """What was stopped or killed runs again, and production with it."""
    world.docker("start", world.names[name])
    world.settle()


@fault("worker-stopped", ROOM, "worker", expects=FAIL, rank=CONTAINER)
def _stopped(world: World) -> Iterator[None]:
    world.docker("stop", "--time", "0", world.names[WORKER])
    try:
        seen(lambda: world.is_in(WORKER, "exited"), "exited")
        yield
    finally:
        world.docker("start", world.names[WORKER])


@fault("worker-killed", ROOM, "worker", expects=FAIL, rank=CONTAINER)
def _killed(world: World) -> Iterator[None]:
    world.docker("kill", "--signal", "KILL", world.names[WORKER])
    try:
        seen(lambda: world.state(WORKER).get("ExitCode") == 137, "killed")
        yield
    finally:
        world.docker("start", world.names[WORKER])


def _ended(code: int) -> None:
    @fault(f"worker-exited-{code}", ROOM, "worker", expects=FAIL, rank=CONTAINER)
    def ended(world: World) -> Iterator[None]:
        seen(lambda: _has_pipe(world), "a worker that waits")
        world.docker("exec", world.names[WORKER], "sh", "-c", f"echo {code} >/tmp/end")
        try:
            seen(lambda: world.is_in(WORKER, "exited"), "exited")
            seen(lambda: world.state(WORKER)["ExitCode"] == code, f"code {code}")
            yield
        finally:
            world.docker("start", world.names[WORKER])


def _has_pipe(world: World) -> bool:
    with contextlib.suppress(AssertionError):
        world.docker("exec", world.names[WORKER], "test", "-p", "/tmp/end")
        return True
    return False


for _code in (0, 3):
    _ended(_code)


@fault("worker-paused", ROOM, "worker", expects=FAIL, rank=CONTAINER)
def _paused(world: World) -> Iterator[None]:
    world.docker("pause", world.names[WORKER])
    try:
        seen(lambda: world.is_in(WORKER, "paused"), "paused")
        yield
    finally:
        world.docker("unpause", world.names[WORKER])


def _loops(name: str, script: str) -> None:
    @fault(f"crash-loop-{name}", ROOM, "worker", expects=FAIL, rank=CONTAINER)
    def loops(world: World) -> Iterator[None]:
        with world.worker_as("--restart", "always", script=script):
            inspected = ("inspect", "-f", "{{.RestartCount}}", world.names[WORKER])
            seen(lambda: int(world.docker(*inspected)) >= 2, "two restarts")
            yield


for _name, _script in {"fast": "exit 1", "slow": "sleep 1.5; exit 1"}.items():
    _loops(_name, _script)


@fault("worker-unhealthy", ROOM, "worker", expects=FAIL, rank=CONTAINER)
def _unhealthy(world: World) -> Iterator[None]:
    health = ("--health-cmd", "false", "--health-interval", "0.5s", "--health-retries", "1")
    with world.worker_as(*health):
        seen(lambda: world.state(WORKER)["Health"]["Status"] == "unhealthy", "unhealthy")
        yield


@fault("worker-out-of-memory", ROOM, "worker", expects=FAIL, rank=CONTAINER)
def _starved(world: World) -> Iterator[None]:
    greedy = "python3 -c 'x = bytearray(200 * 2**20); print(len(x))'; exit 1"
    with world.worker_as("--memory", "32m", "--memory-swap", "32m", script=f"exec {greedy}"):
        seen(lambda: world.state(WORKER).get("OOMKilled"), "killed, out of memory")
        seen(lambda: world.is_in(WORKER, "exited"), "exited")
        yield


@fault("worker-removed", ROOM, "worker", expects=FAIL, rank=CONTAINER)
def _removed(world: World) -> Iterator[None]:
    world.remove()
    try:
        seen(lambda: world.state(WORKER) == {}, "no container")
        yield
    finally:
        world.worker()


@fault("worker-never-started", ROOM, "worker", expects=FAIL, rank=CONTAINER)
def _created(world: World) -> Iterator[None]:
    with world.worker_as(verb="create"):
        seen(lambda: world.is_in(WORKER, "created"), "created")
        yield


@fault("worker-of-a-stale-image", ROOM, "worker", warns=("containers",), rank=CONTAINER)
def _stale(world: World) -> Iterator[None]:
    tag, running = "safeguards-faults:worker", world.docker("inspect", "-f", "{{.Config.Image}}",
                                                            world.names[DB]).strip()  # fmt: skip
    world.docker("tag", world.image, tag)
    usual, world.image = world.image, tag
    try:
        with world.worker_as():
            world.image = usual
            world.docker("tag", running, tag)
            shown = "{{.Image}}"
            now = world.docker("image", "inspect", "-f", "{{.Id}}", tag)
            seen(lambda: world.docker("inspect", "-f", shown, world.names[WORKER]) != now, "stale")
            yield
    finally:
        world.image = usual
        world.docker("rmi", tag)


@fault("worker-renamed", ROOM, "worker", rank=CONTAINER)
def _renamed(world: World) -> Iterator[None]:
    """What Compose knows by its labels has not gone anywhere."""
    other = f"{world.names[WORKER]}-of-old"
    world.docker("rename", world.names[WORKER], other)
    try:
        seen(lambda: world.state(WORKER) == {} and world.state(other), "another name")
        yield
    finally:
        world.docker("rename", other, world.names[WORKER])


@fault("worker-restarted-by-hand", ROOM, "worker", rank=CONTAINER)
def _young(world: World) -> Iterator[None]:
    """Youth alone is no fault."""
    before = world.state(WORKER)["StartedAt"]
    world.docker("restart", "--time", "0", world.names[WORKER])
    seen(lambda: world.state(WORKER)["StartedAt"] != before, "a new start")
    yield


@fault("worker-not-healthy-yet", ROOM, "worker", rank=CONTAINER,
       expects={"containers": "unknown"})  # fmt: skip
def _starting(world: World) -> Iterator[None]:
    """A health check that has not answered yet: nobody knows."""
    health = ("--health-cmd", "true", "--health-interval", "60s", "--health-start-period", "60s")
    with world.worker_as(*health):
        seen(lambda: world.state(WORKER)["Health"]["Status"] == "starting", "starting")
        yield


@fault("one-replica-stopped", ROOM, "pair", expects=FAIL, rank=CONTAINER)
def _replica(world: World) -> Iterator[None]:
    name = f"{world.production.project}-{PAIR}-2"
    world.docker("stop", "--time", "0", name)
    try:
        seen(lambda: world.is_in(name, "exited"), "exited")
        yield
    finally:
        world.docker("start", name)


def _takes_down(verb: str, name: str, *argv: str, state: str) -> None:
    service = {"backend": BACKEND, "database": DB}[name]
    expects = DOWN if service == BACKEND else NO_DATABASE

    @fault(f"{name}-{verb}", ROOM, name, "front", expects=expects, rank=CONTAINER)
    def down(world: World) -> Iterator[None]:
        world.docker(*argv, world.names[service])
        try:
            seen(lambda: world.is_in(service, state), state)
            yield
        finally:
            if verb == "paused":
                world.docker("unpause", world.names[service])
            _restarted(world, service)


for _service in ("backend", "database"):
    _takes_down("stopped", _service, "stop", "--time", "1", state="exited")
    _takes_down("killed", _service, "kill", "--signal", "KILL", state="exited")
    _takes_down("paused", _service, "pause", state="paused")


@fault("backend-removed", ROOM, "backend", "front", expects=DOWN, rank=CONTAINER)
def _backend_removed(world: World) -> Iterator[None]:
    world.docker("rm", "-f", world.names[BACKEND])
    try:
        seen(lambda: world.state(BACKEND) == {}, "no container")
        yield
    finally:
        world.production.compose("up", "--detach", "--no-build", "--no-deps", BACKEND)
        world.settle()


@fault("backend-off-its-network", ROOM, "backend", "front", expects={"api": "fail"},
       rank=CONTAINER)  # fmt: skip
def _unplugged(world: World) -> Iterator[None]:
    network = f"{world.production.project}_default"
    world.docker("network", "disconnect", network, world.names[BACKEND])
    try:
        seen(lambda: world.status("/health") != 200, "no answer")
        yield
    finally:
        world.docker("network", "connect", "--alias", BACKEND, network, world.names[BACKEND])
        world.docker("restart", "--time", "1", world.names[BACKEND])
        world.settle()
