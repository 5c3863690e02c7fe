"""The tables of one target: how production runs and what has to be true of it."""

from typing import Annotated, Literal

from msgspec import Meta, field

from safeguards.config.checks import Api, Record
from safeguards.config.forms import (
    Argv,
    ContainerName,
    Count,
    DatabaseUrl,
    DockerHost,
    FilePath,
    Glob,
    Seconds,
    Section,
    Text,
    Wait,
    about,
)

Runtime = Literal["docker", "compose", "swarm", "command"]


class Command(Section, frozen=True):
    """The commands of `runtime = "command"`, each a list of a program and its arguments."""

    status: Annotated[Argv, about("Exit code 0 means that production runs.")]
    start: Annotated[Argv | None, about("Starts production.")] = None
    stop: Annotated[Argv | None, about("Stops production.")] = None
    build: Annotated[Argv | None, about("Builds the pushed commit.")] = None
    trial: Annotated[
        Argv | None,
        about(
            "Starts the pushed version beside the old one, in the foreground, on the port in "
            "$PORT; it is ended by SIGTERM."
        ),
    ] = None
    workdir: Annotated[FilePath, about("Folder that the commands run in.")] = "."


class Sync(Section, frozen=True):
    """How `safeguards sync` changes this target."""

    lock_wait: Annotated[Wait, about("Seconds to wait for another sync to end.")] = 60.0
    lock_timeout: Annotated[
        Seconds, about("Seconds that a migration waits for a lock in the database.")
    ] = 3.0
    statement_timeout: Annotated[
        Seconds, about("Seconds that one statement of a migration may take.")
    ] = 900.0
    health_timeout: Annotated[
        Seconds, about("Seconds that the new version has to become healthy.")
    ] = 60.0
    backup: Annotated[
        Literal["none", "auto", "always"],
        about("When the database is dumped; auto: when a revision is destructive."),
    ] = "auto"
    allow_downgrade: Annotated[
        bool,
        about(
            "Whether a rollback may downgrade the database, where the downgrade was rehearsed; "
            "nothing rehearses one yet, so none is ever run."
        ),
    ] = False
    trial: Annotated[
        bool,
        about(
            "Start the new version beside the old one before replacing it; "
            "false for what must not run twice."
        ),
    ] = True


class Database(Section, frozen=True):
    """How the database is asked: by URL, or else with its own client inside its container."""

    url: Annotated[DatabaseUrl | None, about("SQLAlchemy URL with any driver; asked directly.")] = (
        None
    )
    container: Annotated[
        ContainerName | None,
        about("Container whose own client is used when url is not given or not reachable."),
    ] = None
    user: Annotated[
        Text | None,
        about("User for the container route. Default: the container's POSTGRES_USER."),
    ] = None
    name: Annotated[
        Text | None,
        about("Database for the container route. Default: the container's POSTGRES_DB."),
    ] = None

    def __post_init__(self) -> None:
        """Refuse a database that nothing says how to reach."""
        if self.url is None and self.container is None:
            raise ValueError("expected url or container, found neither")


class Alembic(Section, frozen=True):
    """Where Alembic is asked first; the checkout is the fallback."""

    container: Annotated[
        ContainerName | None, about("Container or service that has the migrations.")
    ] = None
    workdir: Annotated[
        FilePath | None,
        about("Folder of alembic.ini in it. Default: the container's working directory."),
    ] = None
    version_table: Annotated[
        Text | None,
        about(
            "Table with the applied revisions. Default: the one that the database has; where it "
            "has several, the one that env.py names, else alembic_version."
        ),
    ] = None
    version_table_schema: Annotated[
        Text | None,
        about("Schema of version-table. Default: the one in which the database finds it."),
    ] = None
    leftovers: Annotated[
        bool,
        about(
            "Warn of PostgreSQL's indexes that are INVALID and constraints that are NOT VALID; "
            "false where they are meant so."
        ),
    ] = True


class Target(Section, frozen=True):
    """One production."""

    runtime: Annotated[Runtime, about("What runs it.")] = "compose"
    containers: Annotated[
        tuple[ContainerName, ...],
        about(
            "What has to run: names of containers (docker) or services of project "
            "(compose, swarm); both spellings are accepted."
        ),
    ] = ()
    project: Annotated[
        ContainerName | None, about("Compose project or Swarm stack that the services belong to.")
    ] = None
    compose_file: Annotated[FilePath | None, about("The Compose file.")] = None
    docker_host: Annotated[
        DockerHost | None,
        about("Address of the Docker engine. Default: what the docker client would use."),
    ] = None
    build: Annotated[
        tuple[ContainerName, ...], about("Services that are built from the pushed commit.")
    ] = ()
    restart_on: Annotated[
        tuple[Glob, ...], about("Files whose change makes the services out of date.")
    ] = ()
    command: Annotated[
        Command | None,
        about('Commands that stand for containers; only read with runtime = "command".'),
    ] = None
    sync: Annotated[Sync, about("How it is changed.")] = Sync()
    database: Annotated[Database | None, about("How its database is asked.")] = None
    alembic: Annotated[Alembic, about("Where its migrations are.")] = Alembic()
    api: Annotated[Api | None, about("What its API has to answer.")] = None
    records: Annotated[
        dict[Annotated[str, Meta(min_length=1)], Count | Record],
        about(
            "What the tables have to hold: a minimum of rows, or a table of conditions. "
            'A key is a table\'s name, with its schema in quotes ("audit.events"), '
            "or any name for a condition with sql."
        ),
    ] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what does not fit the runtime, and counts without a database."""
        if self.runtime == "command":
            self._check_command_runtime()
        elif not self.containers:
            raise ValueError(
                f'containers: missing; runtime = "{self.runtime}" needs at least one name'
            )
        if self.records and self.database is None:
            raise ValueError("database: missing; records needs database.url or database.container")

    @property
    def thresholds(self) -> dict[str, Record]:
        """Every entry of records in its long form, in the order of the file."""
        return {
            name: Record(min=entry) if isinstance(entry, int) else entry
            for name, entry in self.records.items()
        }

    def _check_command_runtime(self) -> None:
        if self.command is None:
            raise ValueError(
                'command: missing; runtime = "command" needs a table with status = ["program", …]'
            )
        for key, value in (
            ("containers", self.containers),
            ("project", self.project),
            ("compose-file", self.compose_file),
            ("docker-host", self.docker_host),
        ):
            if value:
                raise ValueError(f'{key}: not read with runtime = "command"; remove it')
