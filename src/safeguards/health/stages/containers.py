"""Stage 1: what has to run runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from safeguards.checks import Action, Item
from safeguards.errors import UnreachableError

if TYPE_CHECKING:
    from safeguards.runtimes.observe import Advice, Instance, Runtime

_FAULTS: Mapping[str, str] = {
    "exited": "it stopped",
    "restarting": "it starts and dies, again and again",
    "paused": "it is paused",
    "dead": "the engine could not remove it",
    "created": "it was never started",
    "removing": "it is being removed",
}


def observe(runtime: Runtime) -> tuple[Item, ...]:
    """An item for each configured name. A name that cannot be asked about is unknown."""
    return tuple(item for name in runtime.list() for item in _look(runtime, name))


def judge(name: str, instances: tuple[Instance, ...], advice: Advice) -> tuple[Item, ...]:
    """An item for each instance of a name, or one that says that there is none."""
    if not instances:
        item = Item(
            name,
            "fail",
            observed="missing",
            expected="running",
            message="there is no container of this name",
            hint="look for its name with docker ps --all",
            next=Action(advice.look, f"{name} is missing", safe=True),
        )
        return (item,)
    return tuple(_judge_one(name, instance, advice) for instance in instances)


def _look(runtime: Runtime, name: str) -> tuple[Item, ...]:
    try:
        return judge(name, runtime.inspect(name), runtime.advice(name))
    except UnreachableError as error:
        item = Item(
            name,
            "unknown",
            expected="running",
            message=error.message,
            hint=error.hint,
            next=Action(runtime.advice(name).look, f"see whether {name} runs", safe=True),
        )
        return (item,)


def _judge_one(name: str, instance: Instance, advice: Advice) -> Item:
    subject = name if instance.name in (name, "") else f"{name} ({instance.name})"
    if not instance.running:
        startable = advice.start and instance.state in {"exited", "created"}
        command = advice.start if startable else advice.log
        return Item(
            subject,
            "fail",
            observed=instance.state,
            expected="running",
            message=_why(instance),
            hint=f"see why: {advice.log}",
            next=Action(command, f"{name} is {instance.state}", safe=command == advice.log),
        )
    if instance.health in ("unhealthy", "starting"):
        return Item(
            subject,
            "fail" if instance.health == "unhealthy" else "unknown",
            observed=f"running, {instance.health}",
            expected="running, healthy",
            message="its own health check "
            + ("fails" if instance.health == "unhealthy" else "has not answered yet"),
            hint=f"see why: {advice.log}"
            if instance.health == "unhealthy"
            else "give it time: safeguards verify --wait 60",
            next=Action(advice.log, f"{name} is {instance.health}", safe=True),
        )
    return Item(subject, "ok", observed="running", expected="running")


def _why(instance: Instance) -> str:
    why = _FAULTS.get(instance.state, "it does not run")
    if instance.oom_killed:
        return f"{why}: killed, out of memory"
    if instance.state in ("exited", "dead", "restarting"):
        return f"{why}, exit code {instance.exit_code}"
    return why
