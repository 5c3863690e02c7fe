"""A rollback that somebody asks for."""

from __future__ import annotations

import copy
from dataclasses import replace

import msgspec
import pytest
from tests.support.world.process import KilledError, Process
from tests.support.world.reality import Commit, World
from tests.support.world.scenarios import DROP, FULL, MAIL, NAME, PHONE, R1, TWO, A, commit
from tests.support.world.working import Clone

B = commit(PHONE)
C = replace(commit(PHONE, MAIL), name="C", files=(("app.py", "3"),), after=("A", "B"))


def production(*commits: Commit) -> World:
    world = World({each.name: each for each in (A, *commits)}, TWO, rows={"contacts": 5})
    return world.deploy(A)


def test_every_service_goes_back_to_what_the_last_sync_found() -> None:
    world = production(B, C)
    clone = Clone(world)
    assert clone.sync("B").exit_code == 0
    assert clone.sync("C").exit_code == 0
    run = clone.rollback("C")
    assert (run.exit_code, run.commit, run.status) == (0, "B", "pass")
    assert run.message == (
        "asked to; the old version is back, and production is healthy on it;"
        " the revisions r3 stay applied"
    )
    assert (world.runs("B"), world.all_well(), world.left("here")) == (True, True, [])


def test_a_service_that_the_last_sync_left_as_it_was_stays() -> None:
    """It had a version before, which is older than what the others go back to."""
    world = production(B, C)
    clone = Clone(world)
    clone.sync("B")
    for name in ("worker", "api"):  # whoever built the worker from C already left only the api
        image = world.add_image(name, C)
        if name == "worker":
            world.tags[name] = image
            world.run_image(name, image)
    world.pins["worker"] = next(i for i, v in world.images.items() if v.of is B and "worker" in i)
    world.applied = {"r3"}
    world.schema |= {"column contacts.mail"}
    run = clone.sync("C")
    assert (run.exit_code, run.work and run.work.replaced) == (0, ("worker", "api"))
    assert clone.rollback("C").exit_code == 0
    assert world.runs("B")


def test_what_was_only_started_anew_has_the_version_before_that_it_had() -> None:
    world = production(B)
    same = replace(B, name="D", after=("A", "B"))  # nothing that counts differs from B
    world.commits["D"] = same
    clone = Clone(world)
    clone.sync("B")
    world.containers["api"].state = "exited"
    assert clone.sync("D").exit_code == 0
    run = clone.rollback("D")
    assert run.exit_code == 0
    assert world.runs("A")


def test_without_a_version_before_nothing_is_changed() -> None:
    world = production(B)
    before = world.standing()
    run = Clone(world).rollback("A")
    assert (run.exit_code, world.standing() == before) == (12, True)
    assert "no version of api, worker before" in run.message


def test_a_version_that_does_not_fit_the_database_is_not_brought_back() -> None:
    world = production(commit(DROP, needs=FULL))
    clone = Clone(world)
    clone.sync("B")
    before = world.standing()
    run = clone.rollback("B")
    assert (run.exit_code, world.standing() == before) == (12, True)
    assert "it does not know the revisions r2" in run.message
    assert "allow-downgrade" not in run.message
    clone.settings = msgspec.structs.replace(clone.settings, allow_downgrade=True)
    assert "allow-downgrade changes nothing here" in clone.rollback("B").message
    assert clone.sync("B").exit_code == 0, "nothing is left of the refusal"


def test_one_that_knows_the_revisions_is_brought_back_whatever_they_do() -> None:
    """Production may be at a commit that has not more revisions than the one before it."""
    dropped = replace(A, revisions=(R1, DROP), needs=FULL)
    world = World({"A": dropped, "B": replace(dropped, name="B", files=(("app.py", "2"),))}, TWO)
    world.rows["contacts"] = 5
    world.deploy(dropped)
    clone = Clone(world)
    assert clone.sync("B").exit_code == 0
    assert clone.rollback("B").exit_code == 0
    assert world.runs("A")


@pytest.mark.parametrize("again", ["rollback", "sync", "resume", "abort"])
def test_it_is_killed_anywhere_and_made_again(again: str) -> None:
    for at in range(1, 100):
        world = production(B)
        clone = Clone(world)
        clone.sync("B")
        process = Process(world, at)
        try:
            clone.rollback("B", process)
        except KilledError:
            pass
        else:
            return
        begun = any("replaced" in each or "tagged" in each for each in process.trail)
        ended = clone.newest().finished_at
        do = {
            "rollback": lambda: clone.rollback("B"),  # noqa: B023
            "sync": lambda: clone.sync("B"),  # noqa: B023
            "resume": clone.resume,
            "abort": clone.abort,
        }[again]
        run = do()
        told = (at, process.trail[-1], run.exit_code, run.message)
        assert world.all_well(), told
        assert world.left("here") == [], told
        assert world.runs("A") or world.runs("B"), told
        if again == "rollback":
            assert (run.exit_code, world.runs("A")) == (0, True), told
        if begun and not ended:
            assert world.runs("A"), told


def test_after_a_sync_that_was_cut_off_it_gives_that_up() -> None:
    for at in range(1, 100):
        world = production(B)
        first = copy.deepcopy(world)
        clone = Clone(world)
        process = Process(world, at)
        if clone.attempt("B", process) is not None or clone.newest().finished_at:
            return
        run = clone.rollback("A")
        told = (at, process.trail[-1], run.exit_code, run.message)
        assert run.exit_code in {0, 12, 15}, told
        assert world.tags == first.tags, told
        assert world.all_well(), told
        assert world.left("here") == [], told


def test_what_fits_is_brought_back_when_nothing_tells_its_revisions() -> None:
    """An image that was built by hand has no labels; the plan was additive."""
    world = production(B)
    for name, image in list(world.images.items()):
        world.images[name] = replace(image, commit="", heads=())
    clone = Clone(world)
    assert clone.sync("B").exit_code == 0
    before = world.standing()
    run = clone.rollback("B")
    assert run.exit_code in {0, 12}
    if run.exit_code == 12:
        assert world.standing() == before


def test_needs_of_the_old_version_decide_about_its_health() -> None:
    world = production(commit(PHONE, needs=NAME))
    clone = Clone(world)
    clone.sync("B")
    for each in world.images.values():
        if each.of.name == "A":
            world.images[each.id] = replace(each, of=replace(A, starts=False))
    run = clone.rollback("B")
    assert run.exit_code == 16
    assert "the old version is back, and does not run" in run.message
