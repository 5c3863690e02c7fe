"""Whether what a run says of itself is true of the world that it left."""

from __future__ import annotations

import re

from safeguards.exitcodes import ExitCode
from safeguards.runs import Run
from tests.support.world.reality import World
from tests.support.world.scenarios import Scenario

UNTOUCHED = frozenset(
    {
        ExitCode.PLAN_CHANGED,
        ExitCode.LOCK_HELD,
        ExitCode.FAILED_UNCHANGED,
        ExitCode.BUILD_FAILED,
    }
)


def lies(
    scenario: Scenario, world: World, run: Run, before: World, *, knows: bool = True
) -> list[str]:
    """What is wrong with the end of a run; `before` is the world when the whole story began.

    A clone that `knows` nothing of what another one began cannot tell which revisions came.
    """
    found = [f"left: {each}" for each in world.left(run.id.partition("-")[0])]
    found += _about_production(scenario, world, run, before)
    return found + (_untold(world, run, before) if knows else [])


def _about_production(scenario: Scenario, world: World, run: Run, before: World) -> list[str]:
    code, well = run.exit_code, "well" if world.all_well() else "ill"
    if code == ExitCode.OK:
        right = world.runs(scenario.commit.name) and world.all_well()
        right = right and world.applied == set(scenario.commit.heads)
        return [] if right else [f"0, and production is not the commit, or {well}"]
    if code in UNTOUCHED:
        same = world.standing() == before.standing()
        return [] if same else [f"{code}, and production was changed"]
    if code in {ExitCode.ROLLED_BACK, ExitCode.ROLLED_BACK_UNHEALTHY}:
        right = world.all_well() == (code == ExitCode.ROLLED_BACK)
        right = right and same_images(world, before)
        return [] if right else [f"{code}, and production is not the old one, or {well}"]
    if code == ExitCode.FAILED_HALFWAY:
        right = any(text in run.message for text in scenario.halfway)
        return [] if right else [f"13: {run.message}"]
    return [f"it ended with {code}"]


def _untold(world: World, run: Run, before: World) -> list[str]:
    """Revisions that came and are not told, or are told and did not come."""
    graph = world.commits["B"].graph
    came = graph.ancestors(world.applied) - graph.ancestors(before.applied)
    said = re.search(r"(?:applied|the revisions) ((?:r\d(?:, )?)+)", run.message)
    told = set(said[1].split(", ")) if said else set()
    if run.exit_code in UNTOUCHED or run.exit_code == ExitCode.FAILED_HALFWAY:
        return []
    return [] if came == told else [f"came: {sorted(came)}; told: {sorted(told)}"]


def same_images(world: World, before: World) -> bool:
    """Whether every service is started by the same, and runs it, where it ran before."""
    ran = {name: each.image for name, each in before.containers.items()}
    runs = {name: each.image for name, each in world.containers.items()}
    return world.tags == before.tags and ran.items() <= runs.items()
