"""Finds the configuration from where the command was called."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.config.find import Found, find, find_in, open_config
from safeguards.errors import ConfigError
from safeguards.system.environment import read_file

if TYPE_CHECKING:
    from safeguards.system.git import Repository


def find_config(cwd: Path, path: Path | None, repository: Repository | None) -> Found | None:
    """The file that `--config` names, else the nearest one upwards to the repository's top.

    Raises `ConfigError` for one that cannot be read or is wrong.
    """
    top = repository.top if repository else None
    try:
        if path is not None:
            return open_config((cwd / path).resolve(), read_file)
        return find(cwd, top, read_file)
    except OSError as error:
        raise ConfigError(
            f"{error.filename}: cannot be read: {error.strerror}", hint="check its permissions"
        ) from error


def known_config(cwd: Path, path: Path | None, repository: Repository | None) -> Found | None:
    """As `find_config`; in a bare repository that of the branch which its HEAD stands for.

    Its folder then is relative to the top of that commit.
    """
    if path is not None or repository is None or repository.top is not None:
        return find_config(cwd, path, repository)
    from safeguards.system.committed import collect_settings
    from safeguards.system.project import Project

    commit = repository.commit_of(repository.head_branch())
    project = Project(repository.git_dir, repository.git_dir, repository, ())
    return find_in(collect_settings(project, commit)) if commit else None


def require_config(cwd: Path, path: Path | None, repository: Repository | None) -> Found:
    """As `find_config`, and `ConfigError` when there is none."""
    found = find_config(cwd, path, repository)
    if found is None:
        raise ConfigError(
            "there is no configuration: no safeguards.toml, and no pyproject.toml with"
            f" [tool.safeguards], from {cwd} upwards",
            hint="add a [tool.safeguards.targets.production] table to pyproject.toml,"
            " or name a file with --config",
        )
    return found
