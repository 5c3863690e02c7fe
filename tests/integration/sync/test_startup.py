"""The start-up probe in a real interpreter, with real SQLAlchemy and Alembic."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.needs import Unavailable, skip
from tests.support.oracle import oracle_python

import safeguards
from safeguards.sync.startup import SCRIPT, Startup, argument, read
from safeguards.system.process import Completed, run

DEMO = Path(safeguards.__file__).parent / "demo" / "app"
ENV = """\
import sqlalchemy as sa
from alembic import context
from app.models import Base
with sa.create_engine("sqlite:///x.db").connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = """\
revision = {!r}
down_revision = {!r}
def upgrade():
    raise RuntimeError("a probe runs no migration")
"""
BASE = """\
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship
Base = declarative_base()
"""
MODELS = """\
class One(Base):
    __tablename__ = "one"
    id = Column(Integer, primary_key=True)
"""
WRONG = """\
class Two(Base):
    __tablename__ = "two"
    id = Column(Integer, primary_key=True)
    a = Column(ForeignKey("one.id"))
    b = Column(ForeignKey("one.id"))
    one = relationship("One")
"""
BROKEN = "raise ValueError('no settings')\n"


def project(folder: Path, **files: str) -> Path:
    """An application with two revisions of which its database has the first."""
    texts = {
        "alembic.ini": "[alembic]\nscript_location = migrations\n",
        "migrations/env.py": ENV,
        "migrations/versions/1.py": REVISION.format("1", None),
        "migrations/versions/2.py": REVISION.format("2", "1"),
        "app/__init__.py": "",
        "app/models.py": BASE + MODELS,
    }
    for path, text in {**texts, **files}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    with closing(sqlite3.connect(folder / "x.db")) as database, database:
        database.execute("CREATE TABLE alembic_version (version_num VARCHAR(32))")
        database.execute("INSERT INTO alembic_version VALUES ('1')")
    return folder


def completed(
    folder: Path, *modules: str, python: str = sys.executable, **more: object
) -> Completed:
    ini = str(more.pop("ini", "alembic.ini"))
    seconds = float(str(more.pop("seconds", 30)))
    argv = argument(SCRIPT.read_text(), modules, ini, python=python, seconds=seconds)
    return run(argv, timeout=60, cwd=folder)


def ask(folder: Path, *modules: str, **more: object) -> Startup:
    return read(completed(folder, *modules, **more))  # type: ignore[arg-type]


def told(found: Startup) -> tuple[str, str]:
    assert found.failed is not None
    return found.failed.stage, found.failed.type


def test_an_application_that_starts(tmp_path: Path) -> None:
    done = completed(project(tmp_path), "app.models")
    assert read(done) == Startup(("2",), ("1",), 1, None, ("app.models: imported",))
    assert len(done.stdout.splitlines()) == 1
    with closing(sqlite3.connect(tmp_path / "x.db")) as database, database:
        assert database.execute("SELECT * FROM alembic_version").fetchall() == [("1",)]
    assert not list(tmp_path.rglob("__pycache__"))


def test_a_database_without_any_revision(tmp_path: Path) -> None:
    project(tmp_path)
    (tmp_path / "x.db").unlink()
    found = ask(tmp_path)
    assert (found.heads, found.current) == (("2",), ())
    with closing(sqlite3.connect(tmp_path / "x.db")) as database, database:
        assert database.execute("SELECT * FROM sqlite_master").fetchall() == []


def test_ambiguous_keys_are_told_where_only_the_mappers_show_them(tmp_path: Path) -> None:
    found = ask(
        project(tmp_path, **{"app/more.py": "from app.models import *\n" + WRONG}), "app.more"
    )
    assert told(found) == ("mappers", "AmbiguousForeignKeysError")
    assert found.failed is not None
    assert "Two.one" in found.failed.message
    assert not found.starts
    assert (found.heads, found.current) == (("2",), ("1",))


def test_the_outage_of_the_demo(tmp_path: Path) -> None:
    for part in ("first", "ambiguous"):
        shutil.copytree(DEMO / part, tmp_path, dirs_exist_ok=True)
    found = ask(tmp_path, "shop.models")
    assert told(found) == ("mappers", "AmbiguousForeignKeysError")
    shutil.copytree(DEMO / "fixed", tmp_path, dirs_exist_ok=True)
    found = ask(tmp_path, "shop.models")
    assert found.failed is None
    assert (found.heads, found.mappers) == (("003",), 2)


@pytest.mark.parametrize(
    ("failing", "wanted"),
    [
        (BROKEN, ("import", "ValueError")),
        ("import nowhere\n", ("import", "ModuleNotFoundError")),
        ("def f(:\n", ("import", "SyntaxError")),
        ("import sys\nsys.exit(0)\n", ("import", "SystemExit")),
        ("import os\nos._exit(0)\n", ("import", "SystemExit")),
        ("import os\nos.kill(os.getpid(), 11)\n", ("import", "SystemExit")),
        ("raise KeyboardInterrupt\n", ("import", "KeyboardInterrupt")),
        (
            (
                "class E(BaseException):\n    def __str__(self): raise E\n"
                "    __repr__ = __str__\nraise E\n"
            ),
            ("import", "E"),
        ),
        ("import time\ntime.sleep(600)\n", ("import", "TimeoutError")),
        ("import os\nos.closerange(3, 99)\nos._exit(0)", ("alembic", "SystemExit")),
    ],
)
def test_a_module_that_does_not_import(
    failing: str, wanted: tuple[str, str], tmp_path: Path
) -> None:
    seconds = 3 if "sleep" in failing else 30
    found = ask(project(tmp_path, **{"app/bad.py": failing}), "app.bad", seconds=seconds)
    stage = "import" if wanted[0] == "alembic" else wanted[0]
    assert told(found) == (stage, wanted[1])
    assert found.failed is not None
    assert found.failed.trace_tail or "os._exit" in failing


@pytest.mark.parametrize(
    "noise",
    [
        "import sys\nprint('safeguards-startup: {}')\nsys.stdout.flush()\n",
        "import os\nos.write(1, b'safeguards-startup: {}\\n' * 9999)\n",
        "import sys\nsys.stdout.close()\nsys.stderr.close()\n",
        "import os\nos.close(1)\nos.close(2)\n",
        "import threading, time\nthreading.Thread(target=time.sleep, args=(99,)).start()\n",
        "import atexit, os\natexit.register(os._exit, 5)\n",
        "import subprocess\nsubprocess.Popen(['sleep', '5'])\n",
        "import sys\nsys.argv[:] = []\nsys.path[:] = [sys.path[0]]\n",
        "import os\nos.chdir('/')\n",
        "import json\njson.dumps = json.loads = None\n",
    ],
)
def test_noise_does_not_disturb_the_answer(noise: str, tmp_path: Path) -> None:
    found = ask(project(tmp_path, **{"app/noisy.py": noise}), "app.noisy", "app.models")
    assert (found.failed, found.heads, found.mappers) == (None, ("2",), 1)


def test_modules_that_are_not_there_are_skipped_and_told(tmp_path: Path) -> None:
    found = ask(project(tmp_path), "tests.models", "app.gone", "app.models")
    assert found.failed is None
    assert found.tried == (
        "tests.models: not in the image",
        "app.gone: not in the image",
        "app.models: imported",
    )


def test_a_file_under_two_names_is_imported_once(tmp_path: Path) -> None:
    files = {"src/app/__init__.py": "", "src/app/models.py": BASE + MODELS}
    project(tmp_path, **files)
    shutil.rmtree(tmp_path / "app")
    ini = "[alembic]\nscript_location = migrations\nprepend_sys_path = src\n"
    (tmp_path / "alembic.ini").write_text(ini)
    found = ask(tmp_path, "src.app.models")
    assert (found.failed, found.mappers) == (None, 1)
    assert found.tried == ("src.app.models: loaded as app",)


def test_a_database_that_does_not_answer_is_told_and_the_mappers_judged(tmp_path: Path) -> None:
    away = ENV.replace("sqlite:///x.db", "postgresql+psycopg://u:p@127.0.0.1:1/x")
    found = ask(project(tmp_path, **{"migrations/env.py": away}), "app.models")
    assert told(found) == ("database", "OperationalError")
    assert found.starts
    assert (found.heads, found.current, found.mappers) == (("2",), None, 1)
    worse = {"app/models.py": BASE + MODELS + WRONG}
    found = ask(project(tmp_path / "b", **{"migrations/env.py": away, **worse}), "app.models")
    assert told(found) == ("mappers", "AmbiguousForeignKeysError")


@pytest.mark.parametrize(
    ("env", "wanted"),
    [
        ("x = 1\nraise RuntimeError('no DATABASE_URL')\n", ("alembic", "RuntimeError")),
        ("open('nowhere')\n", ("alembic", "FileNotFoundError")),
        ("import app.bad\n", ("alembic", "ValueError")),
        ("import nowhere\n", ("import", "ModuleNotFoundError")),
        ("raise ConnectionRefusedError\n", ("database", "ConnectionRefusedError")),
        ("import os\nos._exit(3)\n", ("alembic", "SystemExit")),
    ],
)
def test_what_is_wrong_in_env_py(env: str, wanted: tuple[str, str], tmp_path: Path) -> None:
    files = {"migrations/env.py": env, "app/bad.py": BROKEN}
    assert told(ask(project(tmp_path, **files))) == wanted


def test_a_history_that_cannot_be_read(tmp_path: Path) -> None:
    found = ask(project(tmp_path, **{"migrations/versions/3.py": "import nowhere\n"}))
    assert told(found) == ("alembic", "ModuleNotFoundError")
    assert found.heads is None


def test_a_folder_called_alembic_is_not_alembic(tmp_path: Path) -> None:
    project(tmp_path, **{"alembic/__init__.py": BROKEN, "alembic/env.py": BROKEN})
    assert ask(tmp_path, "app.models").heads == ("2",)


def test_env_py_sees_the_options_of_current(tmp_path: Path) -> None:
    more = (
        "assert context.get_x_argument() == []\nassert context.config.cmd_opts.verbose is False\n"
    )
    found = ask(project(tmp_path, **{"migrations/env.py": ENV + more}))
    assert found.failed is None


def test_an_image_without_alembic(tmp_path: Path) -> None:
    project(tmp_path)
    for version in ("1.4", "2.0", "2.1"):
        python = oracle_python(version)  # type: ignore[arg-type]
        if not python.exists():
            skip(Unavailable("oracles", f"{python} is missing; run scripts/oracles"))
        found = ask(tmp_path, "app.models", python=str(python))
        assert (found.failed, found.heads, found.reason, found.mappers) == (
            *(None, None, "the image has no Alembic", 1),
        )


def test_an_image_with_nothing(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("")
    bare = subprocess.run(
        [sys.executable, "-I", "-S", *argument(SCRIPT.read_text(), ["app"], "alembic.ini")[1:]],
        cwd=tmp_path,
        capture_output=True,
        timeout=60,
        check=True,
    )
    found = read(Completed((), 0, bare.stdout, bare.stderr, 0))
    assert (found.failed, found.heads, found.mappers) == (None, None, 0)
    assert found.tried == ("app: imported", "mappers: no SQLAlchemy in the image")
