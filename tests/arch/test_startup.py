"""The way to a commit is short: what help and scan load is on a list."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.shell import sh

from safeguards.cli.main import VERBS
from safeguards.journal.journal import Journal
from safeguards.runs import Run
from safeguards.system.journal_store import JournalStore

ALLOWED = {"click", "msgspec", "safeguards", "tomli", "typing_extensions"}
"""typing_extensions is what msgspec loads where it is installed."""
COMMANDS = (
    ["--help"],
    ["--version"],
    ["scan", "--help"],
    ["scan"],
    ["migrations", "--help"],
    ["migrations", "check", "--help"],
    ["migrations", "check"],
    ["gate", "--help"],
)
NOT_FOR_HELP = ("safeguards.config", "safeguards.scan", "safeguards.system", "safeguards.health")
PROBE = """
import json, sys
from safeguards.cli.main import main
code = main(sys.argv[1:])
sys.stdout.flush()
print("\\nLOADED " + json.dumps([code, sorted({name.split(".")[0] for name in sys.modules})]))
"""
MODEL = """\
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
    author = relationship(Author)
"""
REVISION = """\
from alembic import op

revision = "1"
down_revision = None


def upgrade():
    pass  # safeguards: ignore[SG207] an ignore makes the check load all that it has
"""


@pytest.fixture
def project(tmp_path: Path, home: Path) -> Path:
    """A folder with one healthy model, one healthy migration and a configuration."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "models.py").write_text(MODEL)
    (folder / "safeguards.toml").write_text('[scan]\nsqlalchemy = "2.0"\n')
    (folder / "alembic.ini").write_text("[alembic]\nscript_location = m\n")
    (folder / "m" / "versions").mkdir(parents=True)
    (folder / "m" / "env.py").write_text("import alembic\n")
    (folder / "m" / "versions" / "1.py").write_text(REVISION)
    return folder


@pytest.mark.parametrize("argv", COMMANDS)
def test_only_allowed_libraries_are_loaded(project: Path, argv: list[str]) -> None:
    code, loaded = _loaded_by(argv, project)
    assert code == 0
    assert loaded <= ALLOWED, f"safeguards {' '.join(argv)} loads more"


def test_a_gate_without_a_target_loads_no_client_and_no_health(project: Path) -> None:
    for argv in (["init", "-q"], ["add", "."], ["commit", "-q", "-m", "Begin"]):
        subprocess.run(["git", *argv], cwd=project, check=True, timeout=60)
    _, loaded = _run(PROBE.replace('name.split(".")[0]', "name"), ["gate"], project)
    assert "safeguards.cli.gates.gating" in loaded
    clients = {
        "docker",
        "httpx",
        "sqlalchemy",
        "alembic",
        "git",
        "rich",
        "psycopg",
        "urllib.request",
    }
    assert clients & loaded == set()
    asking = ("safeguards.runtimes", "safeguards.health.stages", "safeguards.cli.production")
    assert [name for name in loaded if name.startswith(asking)] == []


@pytest.mark.parametrize("argv", [["status"], ["status", "--offline"], ["history"]])
def test_what_looks_back_loads_only_allowed_libraries(
    project: Path, argv: list[str], tmp_path: Path
) -> None:
    origin = tmp_path / "origin.git"
    sh("git", "init", "-q", "--bare", origin)
    sh("git", "init", "-q", project)
    sh("git", "add", ".", cwd=project)
    sh("git", "commit", "-qm", "first", cwd=project)
    sh("git", "remote", "add", "origin", origin, cwd=project)
    sh("git", "push", "-q", "origin", "HEAD:main", cwd=project)
    commit = sh("git", "rev-parse", "HEAD", cwd=project).strip()
    at = "2026-01-01T00:00:00.000Z"
    run = Run("r1", "sync", "push", "production", at, "pass", commit, at, 0)
    Journal(JournalStore(project / ".git" / "safeguards" / "journal.db")).write(run)
    code, loaded = _loaded_by(argv, project)
    assert code == 0
    assert loaded <= ALLOWED, f"safeguards {' '.join(argv)} loads more"


def test_drift_loads_no_client(project: Path) -> None:
    """`verify` loads it besides the clients that its own stages need."""
    probe = PROBE.replace(
        "from safeguards.cli.main import main", "import safeguards.cli.standings.drift"
    )
    probe = probe.replace("code = main(sys.argv[1:])", "code = 0")
    _, loaded = _run(probe, [], project)
    clients = {"docker", "httpx", "sqlalchemy", "alembic", "git", "rich", "psycopg", "pymysql"}
    assert loaded & clients == set()


def test_the_lock_of_env_py_needs_only_what_its_manual_says(project: Path) -> None:
    probe = PROBE.replace("from safeguards.cli.main import main", "import safeguards.alembic_lock")
    probe = probe.replace("code = main(sys.argv[1:])", "code = 0")
    _, loaded = _run(probe, [], project)
    outside = {name for name in loaded if name not in sys.stdlib_module_names}
    assert outside <= {"safeguards", "msgspec", "typing_extensions"} | {
        name for name in outside if name.startswith(("_", "sitecustomize"))
    }


def test_the_commit_hook_loads_no_more(project: Path) -> None:
    subprocess.run(["git", "init", "-q", project], check=True, timeout=60)
    code, loaded = _loaded_by(["hook", "pre-commit"], project)
    assert code == 0
    assert loaded <= ALLOWED


def test_help_loads_no_verb_and_no_feature(project: Path) -> None:
    _, loaded = _run(PROBE.replace('name.split(".")[0]', "name"), ["--help"], project)
    assert "safeguards.cli.main" in loaded
    assert {f"safeguards.cli.{verb}" for verb in VERBS} & loaded == set()
    assert [name for name in loaded if name.startswith(NOT_FOR_HELP)] == []


def _loaded_by(argv: list[str], folder: Path) -> tuple[int, set[str]]:
    """The exit code, and the top-level names that a bare interpreter does not have."""
    code, loaded = _run(PROBE, argv, folder)
    return code, {
        name
        for name in loaded
        if name not in sys.stdlib_module_names and not name.startswith(("_", "sitecustomize"))
    }


def _run(probe: str, argv: list[str], folder: Path) -> tuple[int, set[str]]:
    done = subprocess.run(
        [sys.executable, "-I", "-c", probe, *argv],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "LOADED " in done.stdout, done.stdout + done.stderr
    code, names = json.loads(done.stdout.rsplit("LOADED ", 1)[1])
    assert code == 0, done.stdout + done.stderr
    return code, set(names)
