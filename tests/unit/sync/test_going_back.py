"""Back to the old version: what can go back, what cannot, and what is said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.support.world.process import Process
from tests.support.world.reality import Commit, World
from tests.support.world.scenarios import DROP, FULL, PHONE, TWO, A, commit
from tests.support.world.working import RECORDS, Clone

from safeguards.health.wanted import Record


def production(to: Commit, names: tuple[str, ...] = TWO) -> tuple[World, Clone]:
    world = World({"A": A, "B": to}, names, rows={"contacts": 5}).deploy(A)
    return world, Clone(world)


def test_a_first_version_that_is_ill_has_nothing_to_go_back_to() -> None:
    world, clone = production(commit(ill=True), ("api",))
    world.tags.clear()
    world.containers.clear()
    run = clone.sync("B")
    assert run.exit_code == 13
    assert "the old version was not brought back: there is none of api" in run.message


def test_a_service_that_is_new_keeps_none_of_the_others_from_going_back() -> None:
    world, clone = production(commit(ill=True))
    del world.tags["worker"], world.containers["worker"]
    run = clone.sync("B")
    assert run.exit_code == 16
    assert "the old version is back (worker had none, and stays)" in run.message
    assert world.images[world.containers["api"].image].of is A


def test_every_service_goes_back_also_when_one_old_version_does_not_come_up() -> None:
    world, clone = production(commit(ill=True))
    old = world.tags["worker"]
    world.images[old] = replace(world.images[old], of=replace(A, starts=False))
    run = clone.sync("B")
    assert run.exit_code == 16
    assert "worker does not stay up" in run.message
    assert world.images[world.containers["api"].image].of is A


def test_an_old_version_that_is_gone_is_not_said_to_be_back() -> None:
    world, clone = production(commit(ill=True), ("api",))
    old = world.tags["api"]
    trail = Process(world)
    clone.sync("B", trail)
    at = trail.trail.index("replaced api") + 1

    def lose() -> None:
        del world.images[old]

    world, clone = production(commit(ill=True), ("api",))
    old = world.tags["api"]
    run = clone.sync("B", Process(world, at, then=lose))
    assert run.exit_code == 13
    told = f"the old version was not brought back: api cannot be replaced: no such image {old}"
    assert told in run.message


@pytest.mark.parametrize("knows", [True, False])
def test_a_revision_that_the_old_code_may_not_get_on_with(knows: bool) -> None:
    to = commit(DROP, needs=FULL, ill=True)
    world, clone = production(to)
    if knows:  # its label says that it has the revision, whatever that does
        for name, image in list(world.images.items()):
            world.images[name] = replace(image, heads=("r2",), of=replace(A, needs=FULL))
    run = clone.sync("B")
    assert run.exit_code == (15 if knows else 13)
    assert ("does not know the revisions r2" in run.message) == (not knows)
    assert "pg_restore" in run.message or knows


def test_a_table_that_a_revision_emptied_is_told_with_the_way_to_restore_it() -> None:
    emptied = replace(
        PHONE,
        body="op.execute('delete from contacts')",
        parts=("!contacts",),
    )
    _world, clone = production(commit(emptied))
    run = clone.sync("B")
    assert run.exit_code in {13, 16}
    assert "contacts" in run.message
    assert "pg_restore" in run.message
    assert run.work is not None
    assert run.work.counts == {"contacts": 5}


def test_an_emptied_table_is_not_well_though_no_check_asks_for_its_rows() -> None:
    emptied = replace(
        PHONE, body="op.execute('truncate logs')", parts=("!logs", "column contacts.phone")
    )
    world, clone = production(commit(emptied))
    clone.records, world.rows["logs"] = (*RECORDS, Record("logs")), 3
    forced = World({"A": A, "B": commit(replace(emptied, body=PHONE.body))}, TWO)
    world.commits = forced.commits  # its text hides what it does: nothing warns of it
    run = clone.sync("B")
    assert run.exit_code == 16
    assert "logs is empty, and had 3 rows" in run.message
    assert world.runs("A")


def test_rows_are_compared_with_those_before_the_run_that_was_cut_off() -> None:
    emptied = replace(PHONE, body="op.execute('delete from contacts')", parts=("!contacts",))
    trail = Process(production(commit(emptied))[0])
    Clone(trail.world).sync("B", trail)
    at = trail.trail.index("r2 is applied") + 1
    world, clone = production(commit(emptied))
    assert clone.attempt("B", Process(world, at)) is None
    run = clone.sync("B")
    assert run.work is not None
    assert run.work.counts == {"contacts": 5}
    assert "contacts had 5 rows, and has 0" in clone.told.lines


def test_a_lock_that_is_lost_while_it_rolls_leaves_the_rest_to_who_has_it() -> None:
    world, clone = production(commit(ill=True))
    trail = Process(world)
    clone.sync("B", trail)
    at = trail.trail.index("replaced api") + 1

    def lose() -> None:
        world.database_lock = object()

    world, clone = production(commit(ill=True))
    run = clone.sync("B", Process(world, at, then=lose))
    assert run.exit_code == 13
    assert "the lock of this production was lost" in run.message
    assert "--resume" in run.message
    assert world.images[world.containers["worker"].image].of is A
    world.database_lock = None
    assert clone.resume().exit_code == 15


def test_no_backup_takes_the_place_of_that_before_the_first_revision() -> None:
    second = replace(DROP, id="r3", down="r2", parts=("column contacts.short",))
    to = commit(DROP, second, needs=FULL)
    world, clone = production(to)
    trail = Process(world)
    clone.sync("B", trail)
    at = trail.trail.index("session of r3") + 1
    world, clone = production(to)
    assert clone.attempt("B", Process(world, at)) is None
    (first,) = world.backups
    run = clone.resume()
    assert run.exit_code == 0
    assert "column contacts.name" in world.backups[first]
    assert len(world.backups) == 2
    assert run.work is not None
    assert run.work.backup == first
