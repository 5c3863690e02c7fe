"""What is true of a production, whoever looks at it: images, containers, the schema, its rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from safeguards.migrations.graph import Graph, read_graph
from safeguards.planned import BackupMethod
from safeguards.runs import Identity


@dataclass(frozen=True)
class Revision:
    """A revision file, and what it really does: one part after the other.

    A part is a line that comes into the schema; `-line` goes, `!table` loses its rows. One that is
    no transaction leaves the parts that it came to. It fails before part `fails_at`.
    """

    id: str
    down: str | None
    body: str
    parts: tuple[str, ...]
    transactional: bool = True
    fails_at: int | None = None

    @property
    def path(self) -> str:
        return f"versions/{self.id}.py"

    @property
    def content(self) -> bytes:
        return (
            f'"""what {self.id} does"""\nimport sqlalchemy as sa\nfrom alembic import op\n'
            f"revision = {self.id!r}\ndown_revision = {self.down!r}\n"
            f"def upgrade():\n    {self.body}\n"
        ).encode()


@cache
def graph_of(revisions: tuple[Revision, ...]) -> Graph:
    return read_graph({each.path: each.content for each in revisions})


@dataclass(frozen=True)
class Commit:
    """A commit: its revisions, what its code needs of the schema, and how its versions behave.

    `ill` versions run, and do not answer in production; those that do not `start` end at once.
    `files` are what counts besides the revisions.
    """

    name: str
    revisions: tuple[Revision, ...] = ()
    needs: frozenset[str] = frozenset()
    files: tuple[tuple[str, str], ...] = (("app.py", "1"),)
    after: tuple[str, ...] = ()
    builds: bool = True
    loads: bool = True
    starts: bool = True
    ill: bool = False

    def __deepcopy__(self, memo: object) -> Commit:
        return self

    @property
    def graph(self) -> Graph:
        return graph_of(self.revisions)

    @property
    def contents(self) -> dict[str, bytes]:
        return {each.path: each.content for each in self.revisions}

    @property
    def heads(self) -> tuple[str, ...]:
        return tuple(sorted(self.graph.heads))

    def differing(self, other: Commit) -> tuple[str, ...]:
        mine = {**dict(self.files), **self.contents}
        theirs = {**dict(other.files), **other.contents}
        names = mine.keys() | theirs.keys()
        return tuple(sorted(each for each in names if mine.get(each) != theirs.get(each)))


@dataclass(frozen=True)
class Image:
    """A version; `of` is what it was really built from, the labels are what it says."""

    id: str
    service: str
    of: Commit
    commit: str = ""
    heads: tuple[str, ...] = ()
    previous: str = ""


@dataclass
class Container:
    """What runs of a service; `number` is another one for each that was ever made."""

    number: int
    image: str
    state: str = "running"


@dataclass
class Session:
    """A migration's session in the database, and how many parts of its revision are done."""

    name: str
    revision: Revision
    done: int = 0
    fate: str = ""


@dataclass
class World:
    """One production, and all that clones know of git."""

    commits: dict[str, Commit]
    services: tuple[str, ...] = ("api",)
    images: dict[str, Image] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    pins: dict[str, str] = field(default_factory=dict)
    containers: dict[str, Container] = field(default_factory=dict)
    places: dict[str, str] = field(default_factory=dict)
    applied: set[str] = field(default_factory=set)
    schema: set[str] = field(default_factory=set)
    rows: dict[str, int] = field(default_factory=dict)
    sessions: list[Session] = field(default_factory=list)
    backups: dict[str, frozenset[str]] = field(default_factory=dict)
    exports: set[str] = field(default_factory=set)
    database_lock: object | None = None
    local_locks: dict[str, object] = field(default_factory=dict)
    up: bool = True
    identity: Identity = field(default_factory=lambda: Identity("7001", "npd"))
    backup_method: BackupMethod = "pg_dump"
    size: int | None = 1000
    stubborn: bool = False
    """Whether sessions cannot be ended."""
    slow: bool = False
    """Whether a migration does not end in time."""
    locked: dict[str, int] = field(default_factory=dict)
    """How often revisions find a lock taken from now on."""
    numbers: int = 0
    effects: int = 0

    def number(self) -> int:
        self.numbers += 1
        return self.numbers

    def add_image(self, service: str, of: Commit, *, labelled: bool = True) -> str:
        name = f"sha256:{service}-{of.name}-{self.number()}"
        commit, heads = (of.name, of.heads) if labelled else ("", ())
        self.images[name] = Image(name, service, of, commit, heads)
        return name

    def run_image(self, service: str, image: str, state: str = "running") -> None:
        self.containers[service] = Container(self.number(), image, state)

    def deploy(self, commit: Commit, *, labelled: bool = True) -> World:
        """Production is this commit, and well."""
        for service in self.services:
            image = self.add_image(service, commit, labelled=labelled)
            self.tags[service] = image
            self.run_image(service, image)
        for revision in commit.revisions:
            self.come_to_pass(revision, 0)
        return self

    def come_to_pass(self, revision: Revision, first: int) -> None:
        """The rest of a revision, and that it is there."""
        for part in revision.parts[first:]:
            self.change(part)
        self.applied -= {revision.down}
        self.applied |= {revision.id}

    def change(self, part: str) -> None:
        if part.startswith("!"):
            self.rows[part[1:]] = 0
        elif part.startswith("-"):
            self.schema -= {part[1:]}
        else:
            self.schema |= {part}

    def well(self, service: str) -> bool:
        """Whether what runs of a service answers rightly."""
        container = self.containers.get(service)
        if container is None or container.state != "running":
            return False
        of = self.images[container.image].of
        return of.starts and not of.ill and of.needs <= self.schema

    def all_well(self) -> bool:
        return all(self.well(each) for each in self.services)

    def runs(self, commit: str) -> bool:
        """Whether every service is this commit: what runs, and what it is started by."""
        return self.containers.keys() == set(self.services) and all(
            self.images[self.containers[each].image].of.name == commit
            and self.tags[each] == self.containers[each].image
            for each in self.services
        )

    def standing(self) -> tuple[object, ...]:
        """The schema and the containers, to compare."""
        return (
            frozenset(self.applied),
            frozenset(self.schema),
            dict(self.rows),
            dict(self.tags),
            {name: (each.number, each.image, each.state) for name, each in self.containers.items()},
        )

    def left(self, clone: str) -> list[str]:
        """What a run of this clone should have removed."""
        held = ["a lock"] if self.database_lock or self.local_locks else []
        return [
            *held,
            *self.places,
            *(each.name for each in self.sessions),
            *sorted(each for each in self.exports if each.startswith(f"/{clone}/")),
        ]
