"""The configuration as values: one struct per table, one described field per key.

The manual page and the JSON Schema are generated from these descriptions.
"""

from typing import Annotated, Literal

from msgspec import Meta, field

from safeguards.config.forms import (
    Branch,
    FilePath,
    GithubRepository,
    Glob,
    HttpUrl,
    Listen,
    RemoteName,
    RuleCode,
    Section,
    TargetName,
    about,
)
from safeguards.config.targets import Target

Gate = Annotated[
    Literal["scan", "history", "production"],
    Meta(extra={"announced": ("ddl", "drift", "rehearse")}),
]


class Scan(Section, frozen=True):
    """What `safeguards scan` reads, and which findings count."""

    paths: Annotated[
        tuple[FilePath, ...],
        about("Files and folders to judge. Default: the repository, less what git ignores."),
    ] = ()
    source_roots: Annotated[
        tuple[FilePath, ...],
        about("Folders where import names start. Default: found by looking."),
    ] = ()
    exclude: Annotated[tuple[Glob, ...], about("Files that are not read.")] = ()
    ignore: Annotated[tuple[RuleCode, ...], about("Rules that are not applied.")] = ()
    error: Annotated[
        tuple[RuleCode, ...],
        about(
            "Rules whose warnings count as errors (exit code 1). "
            "Naming an opt-in rule here switches it on."
        ),
    ] = ()
    per_file_ignores: Annotated[
        dict[Glob, tuple[RuleCode, ...]], about("Rules that are not applied to matching files.")
    ] = field(default_factory=dict)
    sqlalchemy: Annotated[
        Literal["1.4", "2.0", "2.1"] | None,
        about(
            "SQLAlchemy version to judge by. "
            "Default: read from the project's lock or requirements, else the newest."
        ),
    ] = None
    baseline: Annotated[
        FilePath | None,
        about(
            "File of known findings that do not fail the scan. "
            "Default: safeguards-baseline.json beside this file, if it is there."
        ),
    ] = None


class Migrations(Section, frozen=True):
    """Where the Alembic history lies and which database it is for."""

    config: Annotated[FilePath | None, about("The alembic.ini. Default: found by looking.")] = None
    dialect: Annotated[
        Literal["postgresql", "mysql", "mariadb", "sqlite"],
        about("Database whose locking rules the revisions are judged by."),
    ] = "postgresql"


class Push(Section, frozen=True):
    """Which pushes are gated and deployed, and how strictly."""

    branches: Annotated[
        tuple[Branch, ...], Meta(min_length=1, description="Only pushes to these deploy.")
    ] = ("main",)
    remote: Annotated[RemoteName, about("The remote whose branches production follows.")] = "origin"
    post_push: Annotated[
        Literal["follow", "background", "off"],
        about("After a push: follow the sync on the terminal, leave it to run, or do nothing."),
    ] = "follow"
    gate: Annotated[tuple[Gate, ...], about("What a push must pass.")] = (
        "scan",
        "history",
        "production",
    )
    unreachable: Annotated[
        Literal["block", "warn"],
        about("What the gate does when production cannot be asked."),
    ] = "block"


class Notify(Section, frozen=True):
    """Who is told when production is not healthy."""

    github_repository: Annotated[
        GithubRepository | None, about("Repository of the issues. Default: from the remote.")
    ] = None
    github_api: Annotated[HttpUrl, about("Base URL of the GitHub API.")] = "https://api.github.com"
    webhook: Annotated[HttpUrl | None, about("URL that gets the report as JSON.")] = None
    ping: Annotated[HttpUrl | None, about("URL of a healthchecks-style dead man's switch.")] = None


class Metrics(Section, frozen=True):
    """Where Prometheus finds the results."""

    textfile: Annotated[FilePath | None, about("File for node_exporter's textfile folder.")] = None
    pushgateway: Annotated[HttpUrl | None, about("URL of a push gateway.")] = None
    listen: Annotated[Listen, about("Address of `safeguards metrics serve`.")] = "127.0.0.1:9464"


class Agents(Section, frozen=True):
    """Which instruction files of coding agents are kept up to date."""

    files: Annotated[
        dict[FilePath, Literal["production-sync", "post-workflow"]],
        about("The block that is kept in each file."),
    ] = field(default_factory=dict)


class Config(Section, frozen=True):
    """The whole configuration; every table may be left out."""

    scan: Annotated[Scan, about("What the scan reads, and which findings count.")] = Scan()
    migrations: Annotated[Migrations, about("The Alembic history.")] = Migrations()
    push: Annotated[Push, about("Which pushes are gated and deployed.")] = Push()
    targets: Annotated[
        dict[TargetName, Target],
        about("Productions by name. The default is the only one, or the one named production."),
    ] = field(default_factory=dict)
    notify: Annotated[Notify, about("Who is told.")] = Notify()
    metrics: Annotated[Metrics, about("Prometheus.")] = Metrics()
    agents: Annotated[Agents, about("Instruction files of coding agents.")] = Agents()
