"""Stage 1: what has to run runs, and goes on running.

A container that is up for long and was not restarted is looked at once. A young one, or one that
was restarted since the last verify, is looked at again and again for a few seconds: youth is no
fault, and dying is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import Action, Item
from safeguards.errors import UnreachableError
from safeguards.health.instances import ENDED, Look, death, judge_one, subject_of
from safeguards.health.restarts import SETTLED, Before, Memory, grown, is_young

if TYPE_CHECKING:
    from safeguards.runtimes.observe import Advice, Instance, Runtime
    from safeguards.system.clock import Clock

PATIENCE = 3.0
"""Seconds for which containers are looked at that may die again, all at the same time."""

PAUSE = 0.25
"""Seconds between two looks."""

Sample = tuple["Instance", ...]


class Seen(msgspec.Struct, frozen=True):
    """What was seen of a name: its instances, look by look; how many should run, where anybody
    says so; the ids that their images' names stand for now, by name; what the last verify saw of
    an instance, by its id.
    """

    samples: tuple[Sample, ...]
    expected: int | None = None
    tags: Mapping[str, str] = {}
    before: Mapping[str, Before] = {}


def observe(
    runtime: Runtime, clock: Clock, memory: Memory, *, patience: float = PATIENCE
) -> tuple[Item, ...]:
    """An item for each configured name and instance. A name that cannot be asked about is unknown.

    `patience` is for what may die again; 0 for a caller who has watched it already.
    """
    watch = {name: _Watch(name, partial(_before, memory, name)) for name in runtime.list()}
    deadline, waiting = clock.monotonic() + patience, list(watch.values())
    while waiting:
        for each in waiting:
            each.look(runtime)
        waiting = [each for each in waiting if each.is_unsettled()]
        if clock.monotonic() >= deadline:
            break
        if waiting:
            clock.sleep(PAUSE)
    tags: dict[str, str] = {}
    return tuple(item for each in watch.values() for item in each.judged(runtime, tags))


def judge(name: str, seen: Seen, advice: Advice) -> tuple[Item, ...]:
    """An item for each instance of a name, and one that says which instances there are none of."""
    last, found = seen.samples[-1], []
    for instance in last:
        look = Look(
            looks_at(instance, seen.samples),
            seen.tags.get(instance.image, ""),
            seen.before.get(instance.id),
        )
        found.append(judge_one(name, look, advice))
    return (*found, *_lacking(name, last, seen.expected, advice))


def _lacking(name: str, last: Sample, expected: int | None, advice: Advice) -> Iterator[Item]:
    """What says that instances are missing, if they are: not one for each, as nobody knows them."""
    wanted = 1 if expected is None else expected
    if len(last) >= wanted and last:
        return
    if not last and wanted == 1:
        observed, message = "missing", "there is no container of this name"
        hint = "look for its name with docker ps --all"
    elif not wanted:
        observed, message = "scaled to 0", "somebody wants none of it to run"
        hint = "take it from the target's containers, if it is not to run"
    else:
        running = sum(each.running for each in last)
        observed, message = f"{running} of {wanted} running", "instances of it are missing"
        hint = f"bring them up again: {advice.replace}" if advice.replace else ""
    yield Item(
        name,
        "fail",
        observed=observed,
        expected="running" if wanted <= 1 else f"{wanted} running",
        message=message,
        hint=hint,
        next=Action(advice.look, f"{name} is {observed}", safe=True),
        measures={"running": 0.0},
    )


class _Watch:
    """What is seen of one name; `before` is what the last verify saw of an instance."""

    def __init__(self, name: str, before: Callable[[Instance], Before | None]) -> None:
        self._name = name
        self._before = before
        self._samples: list[Sample] = []
        self._error: UnreachableError | None = None

    def look(self, runtime: Runtime) -> None:
        try:
            self._samples.append(runtime.inspect(self._name))
        except UnreachableError as error:
            self._error = error

    def is_unsettled(self) -> bool:
        """Whether another look may tell more."""
        return self._error is None and any(map(self._may_change, self._samples[-1]))

    def judged(self, runtime: Runtime, tags: dict[str, str]) -> tuple[Item, ...]:
        """The items of the name. `tags` are images that were asked about, and come to be more."""
        name, error = self._name, self._error
        if error is None:
            try:
                seen = self._seen(runtime, tags)
            except UnreachableError as unreachable:
                error = unreachable
            else:
                return judge(name, seen, runtime.advice(name))
        item = Item(
            name,
            "unknown",
            expected="running",
            message=error.message,
            hint=error.hint,
            next=Action(runtime.advice(name).look, f"see whether {name} runs", safe=True),
        )
        return (item,)

    def _seen(self, runtime: Runtime, tags: dict[str, str]) -> Seen:
        last = self._samples[-1]
        for image in {each.image for each in last if each.image and each.image_id} - set(tags):
            tags[image] = runtime.tagged(image)
        known = ((each.id, self._before(each)) for each in last)
        before = {each: past for each, past in known if past is not None}
        return Seen(tuple(self._samples), runtime.expected(self._name), tags, before)

    def _may_change(self, instance: Instance) -> bool:
        if instance.state == "created":
            return instance.age is not None and instance.age < SETTLED
        if not instance.running or instance.health == "unhealthy":
            return False
        died = death(looks_at(instance, self._samples))
        if died is not None and died.state in ENDED:
            return False
        # Of a death between two looks only a later one may tell the exit code.
        return died is not None or is_young(instance) or grown(instance, self._before(instance)) > 0


def looks_at(instance: Instance, samples: Iterable[Sample]) -> tuple[Instance, ...]:
    """The same container, look by look."""
    return tuple(each for sample in samples for each in sample if each.id == instance.id)


def _before(memory: Memory, name: str, instance: Instance) -> Before | None:
    return memory.of(subject_of(name, instance), instance)
