"""How far Swarm is with an update, read from the service and its tasks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from safeguards.runtimes.changing.swarm_specs import image_name, replicas, seconds

Stage = Literal["wanted", "going", "rolling back", "done", "refused"]

ENDED = frozenset({"failed", "rejected", "complete"})
RETRIES = 3
"""Failed checks in a row that make a container unhealthy, where nobody says how many."""

_DUE = frozenset({"running", "ready", "accepted"})
_STOPPED = frozenset({"paused", "rollback_paused"})


class Progress(msgspec.Struct, frozen=True):
    """Where an update to an image stands.

    `wanted`: nobody asked for it, or what was asked for stands still; `going`, `rolling back`:
    Swarm works on it; `refused`: Swarm went back, or stopped. `ready` of `total` tasks run it.
    """

    stage: Stage
    ready: int = 0
    total: int = 0

    @property
    def said(self) -> str:
        """The same for a person."""
        if self.stage == "rolling back":
            return "Swarm goes back to the old image"
        return f"{self.ready} of {self.total} tasks run the new image"


def progress(
    service: Mapping[str, Any],
    tasks: Sequence[Mapping[str, Any]],
    image: str,
    *,
    asked: bool,
    node: str = "",
) -> Progress:
    """Where the update of `service` to `image` stands; `asked` when somebody asked for it.

    It is not done before the old tasks on this node have ended; a node that is lost never says so.
    """
    spec = service["Spec"]
    state = (service.get("UpdateStatus") or {}).get("State", "")
    wanted_now = due(tasks)
    mine = [task for task in wanted_now if image_name(task["Spec"]) == image]
    ready = sum(task["Status"]["State"] == "running" for task in mine)
    wanted = replicas(spec)
    total = max(len(wanted_now), 1) if wanted is None else wanted
    if image_name(spec) != image:
        if not asked:
            return Progress("wanted", ready, total)
        stage: Stage = "rolling back" if state == "rollback_started" else "refused"
        return Progress(stage, ready, total)
    if state in _STOPPED:
        return Progress("refused" if asked else "wanted", ready, total)
    moving = state in {"updating", "rollback_started"}
    leaving = any(
        task["DesiredState"] == "shutdown"
        and task["Status"]["State"] == "running"
        and task.get("NodeID") == node
        for task in tasks
    )
    whole = len(mine) == len(wanted_now) and ready == total and not leaving
    return Progress("going" if moving or not whole else "done", ready, total)


def due(tasks: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The tasks that should run, or should as soon as another one has ended."""
    return [task for task in tasks if task.get("DesiredState") in _DUE]


def newest_failure(tasks: Sequence[Mapping[str, Any]], image: str) -> Mapping[str, Any] | None:
    """The newest task of this image that ended by itself, or could not be run.

    One that is unhealthy is stopped, and counts as complete where it ends well then.
    """
    failed = [
        task
        for task in tasks
        if image_name(task["Spec"]) == image and task["Status"]["State"] in ENDED
    ]
    return max(failed, key=lambda task: str(task["Status"].get("Timestamp", "")), default=None)


def reason_of(task: Mapping[str, Any], container: Mapping[str, Any] | None = None) -> str:
    """Why a task is not running, from what is known of its container, or from Swarm."""
    state = (container or {}).get("State") or {}
    health = state.get("Health") or {}
    check = ((container or {}).get("Config") or {}).get("Healthcheck") or {}
    # The engine calls each one that has ended unhealthy; the streak tells.
    if int(health.get("FailingStreak") or 0) >= int(check.get("Retries") or RETRIES):
        # The last checks may have met an application that was being stopped for it.
        said = Counter(_last_line(each) for each in health.get("Log") or () if each["ExitCode"])
        return f"its health check failed: {max(said, key=said.__getitem__, default='')}"
    status = task["Status"]
    if status["State"] == "complete":
        return f"it ended by itself with exit code {state.get('ExitCode', 0)}"
    return str(status.get("Err") or status.get("Message") or status["State"])


def _last_line(check: Mapping[str, Any]) -> str:
    return (str(check.get("Output", "")).strip().splitlines() or ["it said nothing"])[-1]


def container_of(task: Mapping[str, Any]) -> str:
    """The id of the container of a task; "" before there is one."""
    return str((task["Status"].get("ContainerStatus") or {}).get("ContainerID") or "")


def patience(spec: Mapping[str, Any], health_timeout: float) -> float:
    """Seconds that an update may take: each batch of tasks becomes healthy, the old ones end, and
    Swarm watches the last."""
    config = spec.get("UpdateConfig") or {}
    count = replicas(spec) or 1
    batch = int(config.get("Parallelism") or count) or 1
    grace = seconds(spec["TaskTemplate"]["ContainerSpec"].get("StopGracePeriod")) or 10.0
    each = health_timeout + seconds(config.get("Delay")) + grace
    return -(-count // batch) * each + seconds(config.get("Monitor"))
