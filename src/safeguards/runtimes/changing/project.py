"""Which folder and files a Compose project is made of: production's, and those of a commit."""

from __future__ import annotations

import os.path
from collections.abc import Sequence
from pathlib import Path

import msgspec

from safeguards.errors import RefusedError
from safeguards.runtimes.changing.tools import Raw

WORKING_DIR = "com.docker.compose.project.working_dir"
CONFIG_FILES = "com.docker.compose.project.config_files"
ENVIRONMENT_FILE = "com.docker.compose.project.environment_file"

DEFAULT_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""What Compose looks for, in its order."""


class Folders(msgspec.Struct, frozen=True):
    """The repository's top, the configuration's folder in it, and the configured Compose file."""

    top: Path
    config: Path
    compose_file: str = ""

    @property
    def compose(self) -> Path:
        """The configured Compose file in the checkout, else the one that Compose would find."""
        names = (self.compose_file,) if self.compose_file else DEFAULT_FILES
        paths = [Path(os.path.normpath(self.config / name)) for name in names]
        return next((path for path in paths if path.exists()), paths[0])

    def exported(self, source: Path) -> Path:
        """The configuration's folder in an export of the repository."""
        return source / os.path.relpath(self.config.resolve(), self.top.resolve())


class Project(msgspec.Struct, frozen=True):
    """A Compose project as its command has to be called for it."""

    name: str
    folder: Path
    files: tuple[Path, ...]
    env_files: tuple[Path, ...] = ()

    def argv(self, client: Sequence[str], *more: Path) -> tuple[str, ...]:
        """The command up to its verb; the files `more` have the last word."""
        files = [part for path in (*self.files, *more) for part in ("-f", str(path))]
        envs = [part for path in self.env_files for part in ("--env-file", str(path))]
        where = ("-p", self.name, "--project-directory", str(self.folder))
        return (*client, "compose", *where, *files, *envs)


def production_project(name: str, raw: Raw | None, folders: Folders) -> Project:
    """Where production was brought up, as one of its containers says; else the checkout's.

    Raises `RefusedError` when these files are not on this machine.
    """
    labels = ((raw or {}).get("Config") or {}).get("Labels") or {}
    files = tuple(Path(each) for each in labels.get(CONFIG_FILES, "").split(",") if each)
    if not labels.get(WORKING_DIR) or not files:
        files = (folders.compose,)
        project = Project(name, folders.compose.parent, files)
    else:
        folder = Path(labels[WORKING_DIR])
        named = labels.get(ENVIRONMENT_FILE, "").split(",")
        project = Project(name, folder, files, tuple(Path(each) for each in named if each))
    for path in (*files, *project.env_files):
        if not path.is_file():
            raise RefusedError(
                f"production was brought up from {path}, which is not here",
                hint="run this on the machine and in the account that production is brought up on",
            )
    return project


def commit_project(production: Project, folders: Folders, source: Path) -> Project:
    """The same project with the Compose files of an export; its variables stay production's.

    A file of production that the commit does not have, such as an override that git ignores,
    is taken from production.
    """
    own = Path(os.path.relpath(folders.compose.parent, folders.config))
    folder = Path(os.path.normpath(folders.exported(source) / own))
    files = []
    for path in production.files:
        counterpart = Path(os.path.normpath(folder / os.path.relpath(path, production.folder)))
        inside = counterpart.is_relative_to(source) and counterpart.is_file()
        files.append(counterpart if inside else path)
    if not any(path.is_relative_to(source) for path in files):
        raise RefusedError(
            f"the commit has no Compose file {production.files[0].name}",
            hint="commit it, or name the one that production is brought up by in compose-file",
        )
    envs = production.env_files
    if not envs and (production.folder / ".env").is_file():
        envs = (production.folder / ".env",)
    return Project(production.name, folder, tuple(files), envs)
