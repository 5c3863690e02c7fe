"""What is built, from what, and what has to be right before production is touched."""

from __future__ import annotations

from dataclasses import replace

from tests.support.world.process import Process
from tests.support.world.reality import Commit, World
from tests.support.world.scenarios import MAIL, PHONE, TWO, A, commit
from tests.support.world.working import Clone

from safeguards.sync.situation import Settings


def production(to: Commit) -> tuple[World, Clone]:
    world = World({"A": A, "B": to}, TWO, rows={"contacts": 5}).deploy(A)
    return world, Clone(world)


def test_what_an_earlier_run_built_is_taken() -> None:
    world, clone = production(commit())
    process = Process(world)
    clone.sync("B", process)
    at = process.trail.index("built api") + 1
    world, clone = production(commit())
    assert clone.attempt("B", Process(world, at)) is None
    again = Process(world)
    assert clone.sync("B", again).exit_code == 0
    assert [each for each in again.trail if each.startswith("built")] == ["built worker"]
    assert any("api was built before, worker built" in line for line in clone.told.lines)


def test_a_build_that_fails_says_what_it_printed_and_changes_nothing() -> None:
    world, clone = production(commit(builds=False))
    before = world.standing()
    run = clone.sync("B")
    assert (run.exit_code, world.standing() == before) == (14, True)
    assert "it printed: no such file" in clone.told.lines
    assert world.left("here") == []


def test_an_image_with_other_migrations_than_the_commit_is_refused() -> None:
    to = commit(PHONE, MAIL)
    world, clone = production(to)
    for service in TWO:
        image = world.add_image(service, to)
        world.images[image] = replace(world.images[image], of=replace(to, revisions=A.revisions))
    before = world.standing()
    run = clone.sync("B")
    assert (run.exit_code, world.standing() == before) == (14, True)
    assert "holds the migrations up to r1, the commit those up to r3" in run.message


def test_what_has_failed_after_an_earlier_run_migrated_is_not_called_unchanged() -> None:
    """The models are loaded first; but the run before may have come further than this one."""
    world, clone = production(commit(PHONE))
    process = Process(world)
    clone.sync("B", process)
    at = process.trail.index("r2 is applied") + 1
    world, clone = production(commit(PHONE))
    assert clone.attempt("B", Process(world, at)) is None
    broken = replace(world.commits["B"], loads=False)
    for name, image in list(world.images.items()):
        world.images[name] = replace(image, of=broken if image.of.name == "B" else image.of)
    run = clone.sync("B")
    assert run.exit_code == 15
    assert "does not start: ArgumentError: which key?" in run.message
    assert "the revisions r2 stay applied" in run.message


def test_nothing_is_tried_where_that_is_not_wanted() -> None:
    world, clone = production(commit())
    clone.settings = Settings(trial=False, lock_wait=0, health_timeout=4)
    process = Process(world)
    assert clone.sync("B", process).exit_code == 0
    assert not [each for each in process.trail if each.startswith("trial")]


def test_what_is_only_started_anew_is_tried_as_well() -> None:
    """Nobody knows whether it ever ran: it may have been put there by hand."""
    world, clone = production(commit(starts=False))
    for service in TWO:
        world.tags[service] = world.add_image(service, world.commits["B"])
    before = world.standing()
    run = clone.sync("B")
    assert (run.exit_code, world.standing() == before) == (12, True)
    assert "does not run beside the old one" in run.message
    assert "its log ends with" in "\n".join(clone.told.lines)
