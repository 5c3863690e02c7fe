"""Productions, and commits that they are to come to."""

from __future__ import annotations

from dataclasses import dataclass, replace

from tests.support.world.reality import Commit, Revision, World

R1 = Revision(
    "r1",
    None,
    "op.create_table('contacts', sa.Column('name', sa.String()))",
    ("table contacts", "column contacts.name"),
)
PHONE = Revision(
    "r2",
    "r1",
    "op.add_column('contacts', sa.Column('phone', sa.String()))",
    ("column contacts.phone",),
)
MAIL = Revision(
    "r3",
    "r2",
    "op.add_column('contacts', sa.Column('mail', sa.String()))",
    ("column contacts.mail",),
)
DROP = Revision(
    "r2",
    "r1",
    "op.drop_column('contacts', 'name')",
    ("-column contacts.name", "column contacts.full"),
)
INDEX = Revision(
    "r2",
    "r1",
    "with op.get_context().autocommit_block():\n"
    "        op.create_index('ix', 'contacts', ['name'], postgresql_concurrently=True)",
    ("index ix INVALID", "-index ix INVALID", "index ix"),
    transactional=False,
)
NAME = frozenset({"column contacts.name"})
A = Commit("A", (R1,), NAME)


@dataclass(frozen=True)
class Scenario:
    """Where production is, and what it is to come to.

    `ends` are the exit codes of a sync that nobody disturbs, `abort` those of one that is given up
    after it was cut off; `halfway` allows 13 after a kill, and `told` is what its message has to
    hold then.
    """

    name: str
    commit: Commit
    ends: int
    services: tuple[str, ...] = ("api",)
    old: Commit = A
    labelled: bool = True
    halfway: tuple[str, ...] = ()
    there: bool = False
    stopped: bool = False

    def world(self) -> World:
        commits = {each.name: each for each in (self.old, self.commit)}
        world = World(commits, self.services, rows={"contacts": 5})
        world.deploy(self.old, labelled=self.labelled)
        if self.there:
            for service in self.services:
                world.tags[service] = world.add_image(service, self.commit)
                world.run_image(service, world.tags[service])
        if self.stopped:
            for each in world.containers.values():
                each.state = "exited"
        return world


def commit(*revisions: Revision, **changes: object) -> Commit:
    """B: another version of the code; it needs nothing new unless told."""
    files = (("app.py", "2"),)
    made = Commit("B", (R1, *revisions), NAME, files, after=("A",))
    return replace(made, **changes)  # type: ignore[arg-type]


NEEDS_PHONE = NAME | {"column contacts.phone"}
FULL = frozenset({"column contacts.full"})
TWO = ("api", "worker")

SCENARIOS = (
    Scenario("code only", commit(), 0),
    Scenario("revision only", commit(PHONE, MAIL, needs=NAME), 0, there=True),
    Scenario("code and two revisions", commit(PHONE, MAIL, needs=NEEDS_PHONE), 0),
    Scenario("two services", commit(PHONE, needs=NEEDS_PHONE), 0, TWO),
    Scenario("made by hand", commit(PHONE), 0, TWO, labelled=False),
    Scenario(
        "destructive",
        commit(DROP, needs=FULL),
        0,
        halfway=("does not know", "leave what it uses"),
    ),
    Scenario("no transaction", commit(INDEX), 0, halfway=("r2 is half applied", "cut off")),
    Scenario("cannot be built", commit(PHONE, builds=False), 14),
    Scenario("does not load", commit(PHONE, loads=False), 14),
    Scenario("does not start", commit(starts=False), 12),
    Scenario("migrated, does not start", commit(PHONE, starts=False), 15, TWO),
    Scenario(
        "migrated, does not start, and the old one cannot go on",
        commit(DROP, needs=FULL, starts=False),
        13,
        halfway=("leave what it uses",),
    ),
    Scenario("ill once replaced", commit(PHONE, ill=True), 15, TWO),
    Scenario(
        "ill, and no way back",
        commit(DROP, needs=FULL, ill=True),
        13,
        halfway=("does not know", "leave what it uses"),
    ),
    Scenario("revision fails", commit(replace(PHONE, fails_at=0)), 12),
    Scenario("second revision fails", commit(PHONE, replace(MAIL, fails_at=0)), 15),
    Scenario("restart", commit(), 0, TWO, there=True, stopped=True),
    Scenario("nothing to do", commit(), 0, TWO, there=True),
)
