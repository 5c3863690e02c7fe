"""What a sync was called with, and what that stands for."""

from __future__ import annotations

from pathlib import Path

import msgspec

from safeguards.cli.gates.gating import push_settings
from safeguards.cli.journal import open_journal
from safeguards.cli.syncing.commit import wanted_commit
from safeguards.cli.syncing.ordered import Ordered
from safeguards.config.choose import pick_target
from safeguards.errors import ConfigError
from safeguards.system import git


class Asked(msgspec.Struct, frozen=True):
    """The command line of `sync` or `rollback`."""

    cwd: Path
    config: Path | None = None
    target: str | None = None
    commit: str | None = None
    unpushed: bool = False
    digest: str = ""
    new_database: bool = False


def place(asked: Asked, commit: str = "") -> Ordered:
    """The repository, configuration and target, with this commit.

    Raises `ConfigError` and `UsageError` as they do.
    """
    repository = git.require(asked.cwd)
    found, _ = push_settings(repository, asked.cwd, asked.config)
    if found is None:
        raise ConfigError(
            "there is no configuration", hint="add a [tool.safeguards.targets.production] table"
        )
    name, _ = pick_target(found.config, asked.target)
    return Ordered(repository, found, name, commit)


def ask_for(asked: Asked) -> Ordered:
    """As `place`, with the commit that production is to come to."""
    found = place(asked)
    push = found.found.config.push
    commit = wanted_commit(found.repository, push, asked.commit, unpushed=asked.unpushed)
    if asked.new_database:
        open_journal(found.repository, Path(found.found.folder)).unpin(found.target)
    return msgspec.structs.replace(found, commit=commit)
