"""What a commit tells about production, wherever in the repository its configuration is."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from tests.integration.git.kit import GitRepo

from safeguards.cli.configuration import known_config, require_config
from safeguards.cli.standings.inputs import folder_in, inputs_of
from safeguards.cli.syncing.source import CommitSource
from safeguards.health.wanted import Alembic
from safeguards.system import git

CONFIG = """\
[migrations]
config = "{ini}"

[targets.production]
runtime = "command"
restart-on = ["app/**"]
command = {{ status = ["true"] }}
"""
INI = "[alembic]\nscript_location = %(here)s/migrations\n"


def repository(folder: Path, below: str, ini: str = "alembic.ini") -> GitRepo:
    repo = GitRepo.init(folder / "repo")
    repo.add(f"{below}safeguards.toml", CONFIG.format(ini=ini))
    repo.add(f"{below}alembic.ini", INI)
    repo.add(f"{below}migrations/env.py", "")
    repo.add(f"{below}migrations/versions/1.py", "revision = '1'\ndown_revision = None\n")
    repo.add(f"{below}app/models.py", "")
    repo.add("other/alembic.ini", INI)
    repo.commit("First")
    return repo


@pytest.mark.parametrize("below", ["", "deploy/", "a/b/"])
def test_paths_of_the_configuration_count_from_its_folder(tmp_path: Path, below: str) -> None:
    repo = repository(tmp_path, below)
    found = require_config(repo.top / below, None, git.discover(repo.top))
    where = git.require(repo.top)
    first = where.resolve("HEAD")
    repo.add(f"{below}app/models.py", "x = 1\n")
    repo.add(f"{below}README.md", "words\n")
    commit = repo.commit("Second")
    target = found.config.targets["production"]
    source = CommitSource(where, commit, found, target, Alembic(None, None, "alembic.ini"))
    heads = source.heads()
    assert heads is not None
    assert heads.ids == frozenset({"1"})
    assert source.differing(first) == (f"{below}app/models.py",)
    assert source.differing("0" * 40) is None


def test_a_commit_without_the_settings_of_alembic_has_no_migrations(tmp_path: Path) -> None:
    repo = repository(tmp_path, "", ini="gone.ini")
    where = git.require(repo.top)
    found = require_config(repo.top, None, where)
    target = found.config.targets["production"]
    commit = where.resolve("HEAD")
    assert (
        CommitSource(where, commit, found, target, Alembic(None, None, "gone.ini")).heads() is None
    )


@pytest.mark.parametrize("placed", [False, True])
def test_a_bare_repository_has_its_configuration_in_a_commit(tmp_path: Path, placed: bool) -> None:
    """Also when whoever follows a push has given its folder a place."""
    repo = repository(tmp_path, "")
    repo.git("clone", "-q", "--bare", str(repo.top), str(tmp_path / "bare.git"))
    bare = git.require(tmp_path / "bare.git")
    found = known_config(tmp_path / "bare.git", None, bare)
    assert found is not None
    if placed:
        found = msgspec.structs.replace(found, folder=tmp_path / "bare.git" / found.folder)
    assert folder_in(bare, found) == ""
    counts = inputs_of(bare, found, found.config.targets["production"])
    assert [counts(each) for each in ("app/x.py", "migrations/versions/2.py", "README.md")] == [
        *(True, True, False),
    ]
