"""One container, judged by what was seen of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import Action, Item
from safeguards.health.restarts import Before, grown, is_young, loops
from safeguards.runtimes.inspected import epoch

if TYPE_CHECKING:
    from safeguards.checks import Status
    from safeguards.runtimes.observe import Advice, Instance

LOOPING = "it starts and dies, again and again"

_FAULTS: Mapping[str, str] = {
    "exited": "it stopped",
    "restarting": LOOPING,
    "paused": "it is paused",
    "dead": "the engine could not remove it",
    "created": "it was never started",
    "removing": "it is being removed",
}
ENDED = frozenset({"exited", "dead", "restarting"})
"""States in which the engine says how it ended."""

_UNITS = ((86400, "d"), (3600, "h"), (60, "min"), (1, "s"))


class Look(msgspec.Struct, frozen=True):
    """What is known of one container: how it was, look by look; the id that the name of its image
    stands for now, "" where nobody knows; and what the last verify saw of it.
    """

    samples: tuple[Instance, ...]
    tagged: str = ""
    before: Before | None = None


def subject_of(name: str, instance: Instance) -> str:
    """What an instance of a configured name is called."""
    return name if instance.name in (name, "") else f"{name} ({instance.name})"


def death(samples: Sequence[Instance]) -> Instance | None:
    """The look that shows how the container died while it was looked at, None if it did not.

    Of a death between two looks it is the next one, which does not know the exit code any more.
    """
    first = samples[0]
    for each in samples:
        if each.state in ENDED:
            return each
    return next((each for each in samples if each.restarts > first.restarts), None)


def judge_one(name: str, look: Look, advice: Advice) -> Item:
    """The item of one instance: it runs and goes on running, or what is wrong with it."""
    item = _judged(subject_of(name, look.samples[-1]), name, look, advice)
    return msgspec.structs.replace(item, measures=_measures(look))


def _judged(subject: str, name: str, look: Look, advice: Advice) -> Item:
    instance = look.samples[-1]
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
    unsteady = _unsteady(look)
    if unsteady:
        return Item(
            subject,
            "fail",
            observed=f"running, restarted {_times(instance.restarts)}",
            expected="running, and not restarted again",
            message=unsteady,
            hint=f"see why: {advice.log}"
            if unsteady.startswith(LOOPING)
            else "give it time: safeguards verify --wait 60",
            next=Action(advice.log, f"{name} does not stay up", safe=True),
        )
    if instance.health in ("unhealthy", "starting"):
        return _ill(subject, name, instance, advice)
    return _running(subject, name, look, advice)


def _ill(subject: str, name: str, instance: Instance, advice: Advice) -> Item:
    """Its own health check fails, or has not said anything yet: then nobody knows."""
    status: Status = "fail" if instance.health == "unhealthy" else "unknown"
    if status == "fail":
        message = "its own health check fails"
        message += f", {instance.streak} times in a row" if instance.streak > 1 else ""
        hint = f"see why: {advice.log}"
    else:
        message = "its own health check has not answered yet"
        message += f", {_span(instance.uptime)} after its start" if instance.uptime else ""
        hint = "give it time: safeguards verify --wait 60"
    return Item(
        subject,
        status,
        observed=f"running, {instance.health}",
        expected="running, healthy",
        message=message,
        hint=hint,
        next=Action(advice.log, f"{name} is {instance.health}", safe=True),
    )


def _running(subject: str, name: str, look: Look, advice: Advice) -> Item:
    """It runs; what is worth a warning does not make it fail."""
    instance, notes, hint, action = look.samples[-1], [], "", None
    if times := grown(instance, look.before):
        notes.append(f"restarted {_times(times)} since the last verify, {_up(instance)}")
        action = Action(advice.log, f"{name} was restarted", safe=True)
    if look.tagged and instance.image_id and look.tagged != instance.image_id:
        notes.append(f"its image is not what {instance.image} stands for now")
        hint = "that was built or pulled, and the container not replaced"
        command = advice.replace or advice.look
        why = f"{name} is not started by the image that its name stands for"
        action = Action(command, why, safe=command == advice.look)
    if not notes and instance.restarts:
        told = f"restarted {_times(instance.restarts)}, {_up(instance)}"
        return Item(subject, "ok", "running", "running", told)
    status: Status = "warn" if notes else "ok"
    return Item(subject, status, "running", "running", "; ".join(notes), hint, next=action)


def _unsteady(look: Look) -> str:
    """Why it cannot be trusted to go on running; "" when it can."""
    instance = look.samples[-1]
    died = death(look.samples)
    if died is not None or loops(instance, look.before):
        return f"{LOOPING}{_cause(died)}, {_up(instance)}"
    if instance.restarts and is_young(instance):
        return f"it died and was started again, {_up(instance)}"
    return ""


def _why(instance: Instance) -> str:
    why = _FAULTS.get(instance.state, "it does not run")
    why += _cause(instance)
    if instance.restarts and instance.state in ENDED:
        why += f", after {instance.restarts} restart{'s' * (instance.restarts != 1)}"
    return why


def _cause(instance: Instance | None) -> str:
    """How it ended, as far as this look tells."""
    if instance is None or instance.running:
        return ""
    if instance.oom_killed:
        return ": killed, out of memory"
    return f", exit code {instance.exit_code}" if instance.state in ENDED else ""


def _measures(look: Look) -> Mapping[str, float]:
    instance = look.samples[-1]
    found = {"running": float(instance.running)}
    made = epoch(instance.created_at)
    if made is not None:
        found |= {"restarts": float(instance.restarts), "created_seconds": made}
    if instance.running and instance.uptime is not None:
        found["uptime_seconds"] = instance.uptime
    if look.tagged and instance.image_id:
        found["image_current"] = float(look.tagged == instance.image_id)
    return found


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _up(instance: Instance) -> str:
    return "lately" if instance.uptime is None else f"the last time {_span(instance.uptime)} ago"


def _span(seconds: float | None) -> str:
    """A length of time in its largest unit."""
    whole = int(seconds or 0)
    size, unit = next(((size, unit) for size, unit in _UNITS if whole >= size), (1, "s"))
    return f"{whole // size} {unit}"
