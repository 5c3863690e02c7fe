"""`scan --import`: the project's own interpreter judges, and nothing that it does can harm."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest
from tests.integration.scan.kit import (
    BROKEN,
    CLEAN,
    FOUND,
    HEAD,
    Ended,
    scan,
    scan_here,
    scan_json,
    write,
)
from tests.support.needs import Unavailable, skip
from tests.support.oracle import VERSIONS, Version, oracle_python
from tests.support.shell import sh

from safeguards.probe.answer import WORKER

KEY = "hunter2-and-more"
TWO = f"""\
{HEAD}

class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    writer_id = Column(ForeignKey("user.id"))
    editor_id = Column(ForeignKey("user.id"))
"""
"""Two keys; what follows may add relationships to Post."""

COMPUTED = """\
    writer = relationship(globals()["User"])
    editor = relationship(globals()["User"], foreign_keys=[editor_id])
"""
"""Nobody can read these from the text: the first is refused, the second is not."""


@pytest.fixture(autouse=True)
def no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The interpreter of these tests has SQLAlchemy, and no other is active."""
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)


def scan_json_here(*argv: str | Path, cwd: Path) -> Ended:
    return scan_here("--format", "json", *argv, cwd=cwd)


def imported(plain: Path, models: str, *argv: str) -> list[tuple[str, int, str, str]]:
    """Path, line, rule and severity of what an import of `models` finds."""
    write(plain, {"models.py": models})
    document = scan_json_here("--import", "models", *argv, cwd=plain).document
    return [(f["path"], f["line"], f["rule"], f["severity"]) for f in document["findings"]]


def test_a_healthy_project_is_healthy(plain: Path) -> None:
    write(plain, CLEAN)
    ended = scan("--import", "shop.user", "--import", "shop.post", cwd=plain)
    assert (ended.code, ended.out, ended.err) == (0, "", "")


def test_a_fault_that_both_see_is_told_once_and_as_the_text_tells_it(plain: Path) -> None:
    write(plain, BROKEN)
    static = scan_json_here(cwd=plain)
    both = scan_json_here("--import", "shop.user", "--import", "shop.post", cwd=plain)
    assert both.code == 1
    assert both.rules == FOUND
    assert both.document["findings"] == static.document["findings"]


@pytest.mark.oracle
@pytest.mark.parametrize("version", VERSIONS)
def test_every_fault_is_told_and_each_under_its_rule(version: Version, plain: Path) -> None:
    python = oracle_python(version)
    if not python.exists():
        skip(Unavailable("oracles", f"{python} is missing; run scripts/oracles"))
    models = f"""{TWO}{COMPUTED}\
    ghost = relationship("Gho" + chr(115) + "t")
    wrong = relationship(globals()["User"], foreign_keys=[editor_id], back_populates=chr(120))
    parts = relationship(globals()["User"], secondary=lambda: Base.metadata.tables["link"])
    again = relationship(globals()["User"], foreign_keys=[editor_id])


Table("link", Base.metadata, Column("post_id", ForeignKey("post.id")))
"""
    lines = {text.split()[0]: number for number, text in enumerate(models.splitlines(), 1) if text}
    found = imported(plain, models, "--python", str(python))
    wanted = {"writer": "SG101", "ghost": "SG105", "wrong": "SG108", "parts": "SG103"}
    errors = [(line, rule) for _, line, rule, severity in found if severity == "error"]
    assert errors == [(lines[name], rule) for name, rule in wanted.items()]
    assert [line for _, line, _, severity in found if severity == "warning"] == [lines["again"]]


def test_a_warning_that_the_text_places_better_is_told_once(plain: Path) -> None:
    models = TWO + "    title_id = Column(Integer),\n"
    line = models.splitlines().index("    title_id = Column(Integer),") + 1
    assert imported(plain, models) == [("models.py", line, "SG121", "warning")]


def test_what_was_undecided_is_decided(plain: Path) -> None:
    write(plain, {"models.py": TWO + COMPUTED})
    assert scan_json_here(cwd=plain).document["undecided"] == 2
    asked = scan_json_here("-v", "--import", "models", cwd=plain).document
    assert asked["undecided"] == 0
    assert [(f["rule"], f["relationship"]) for f in asked["findings"]] == [("SG101", "writer")]


def test_the_faults_of_a_mixin_are_told_once_where_it_is_written(plain: Path) -> None:
    mixin = """
class Owned:
    @declared_attr
    def owner_id(cls):
        return Column(ForeignKey("user.id"))

    @declared_attr
    def other_id(cls):
        return Column(ForeignKey("user.id"))

    @declared_attr
    def owner(cls):
        return relationship(globals()["User"])


class Draft(Owned, Base):
    __tablename__ = "draft"
    id = Column(Integer, primary_key=True)


class Note(Owned, Base):
    __tablename__ = "note"
    id = Column(Integer, primary_key=True)
"""
    found = imported(plain, TWO + "\n" + mixin)
    assert [(rule, severity) for _, _, rule, severity in found] == [("SG101", "error")]
    text = (plain / "models.py").read_text().splitlines()[found[0][1] - 1]
    assert "relationship(" in text or "def owner(" in text


def test_a_fault_in_the_class_statement_stands_at_the_class(plain: Path) -> None:
    child = (
        'class Child(globals()["Post"]):\n    __tablename__ = "child"\n    x = Column(Integer)\n'
    )
    found = imported(plain, f"{TWO}\n\n{child}")
    line = TWO.count("\n") + 3
    assert found == [("models.py", line, "SG104", "error")]


def test_an_ambiguity_is_told_beside_a_failed_import(plain: Path) -> None:
    """What is missing after a failed import is no fault: its class was never reached."""
    late = '    later = relationship("Later")\n'
    found = imported(plain, f'{TWO}{COMPUTED}{late}\n\nint("no number")\n')
    text = (plain / "models.py").read_text().splitlines()
    told = [(text[line - 1].split("=")[0].strip(), rule) for _, line, rule, _ in found]
    assert ("writer", "SG101") in told
    assert ('int("no number")', "SG198") in told
    assert len(told) == 3, "and Later, which the text does not know either"


def test_mappers_configured_during_the_import(plain: Path) -> None:
    end = "\n\nfrom sqlalchemy.orm import configure_mappers\n\nconfigure_mappers()\n"
    second = '    second = relationship(globals()["User"])\n'
    found = imported(plain, TWO + COMPUTED + second + end)
    assert [rule for _, _, rule, _ in found] == ["SG101", "SG101"]


def test_a_mapper_event_that_raises(plain: Path) -> None:
    event = """
from sqlalchemy import event


@event.listens_for(Post, "mapper_configured")
def refuse(mapper, cls):
    raise RuntimeError("not today")
"""
    found = imported(plain, TWO + COMPUTED + event)
    assert sorted(rule for _, _, rule, _ in found) == ["SG101", "SG198"]


RAISING = {
    "unset": ("{}['DATABASE']", "unset cannot be imported: KeyError: 'DATABASE'"),
    "leaves": ("import sys; sys.exit(3)", "leaves cannot be imported: SystemExit: 3"),
    "lacks": ("import no_such_thing", "ModuleNotFoundError: No module named 'no_such_thing'"),
    "typo": ("def broken(:", "typo cannot be imported: SyntaxError"),
    "mute": (
        "class E(Exception):\n def __str__(self): raise ValueError\nraise E",
        "mute cannot be imported: E: (its text raises ValueError)",
    ),
}


def test_every_import_that_fails_is_told(plain: Path) -> None:
    write(plain, {f"{name}.py": f"x = 1\n{code}\n" for name, (code, _) in RAISING.items()})
    argv = [part for name in RAISING for part in ("--import", name)]
    ended = scan_here(*argv, cwd=plain)
    assert ended.code == 1
    for name, (_, words) in RAISING.items():
        assert words in ended.out
        assert f"{name}.py:{4 if name == 'mute' else 2}:1: SG198 error" in ended.out


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import os; os._exit(3)", "importing models ended the interpreter: exit code 3"),
        ("import ctypes; ctypes.string_at(0)", "ended the interpreter: signal SIGSEGV"),
        ("import os; os.closerange(0, 200); os._exit(0)", "ended the interpreter: exit code 0"),
    ],
    ids=["leaves", "crashes", "closes"],
)
def test_an_import_that_ends_the_interpreter_is_explained(
    code: str, words: str, plain: Path
) -> None:
    write(plain, {"models.py": f"x = 1\n{code}\n"})
    ended = scan_here("--import", "models", cwd=plain)
    assert ended.code == 1
    assert ended.out.startswith("models.py:")
    assert words in ended.out


@pytest.mark.parametrize(
    "code",
    [
        "import time; time.sleep(600)",
        "while True: pass",
    ],
    ids=["sleeps", "spins"],
)
def test_an_import_that_hangs_ends_at_the_deadline_where_it_was(code: str, plain: Path) -> None:
    write(plain, {"models.py": f"x = 1\n\n{code}\n"})
    started = time.monotonic()
    ended = scan_here("--import", "models", "--import-timeout", "1.5", cwd=plain)
    assert time.monotonic() - started < 15
    assert ended.code == 1
    assert ended.out.startswith("models.py:3:1: SG198 error: importing models did not end within")
    assert "--import-timeout" in ended.out


def test_configuring_that_hangs_ends_too(plain: Path) -> None:
    event = """
import time
from sqlalchemy import event


@event.listens_for(Post, "mapper_configured")
def wait(mapper, cls):
    time.sleep(600)
"""
    write(plain, {"models.py": TWO + event})
    ended = scan("--import", "models", "--import-timeout", "2", cwd=plain)
    assert ended.code == 1
    assert "configuring the mappers did not end within 2 s" in ended.out


def test_what_the_code_prints_does_not_disturb(plain: Path) -> None:
    noise = "import os, sys\nprint('out'); print('err', file=sys.stderr); os.system('echo shell')\n"
    write(plain, {"models.py": noise + TWO, "noisy.py": noise + "1 / 0\n"})
    quiet = scan("--import", "models", cwd=plain)
    assert (quiet.code, quiet.out, quiet.err) == (0, "", "")
    said = scan_json("-v", "--import", "models", cwd=plain)
    assert said.document["findings"] == []
    assert {"  out", "  err", "  shell"} <= set(said.err.splitlines())
    failed = scan("--import", "noisy", cwd=plain)
    assert "ZeroDivisionError" in failed.out
    assert {"  out", "  err", "  shell"} <= set(failed.err.splitlines())


HARMLESS = {
    "forks": "import os\nos.fork()",
    "waits": "import threading, time\nthreading.Thread(target=time.sleep, args=[300]).start()",
    "deaf": "import signal\nfor each in (14, 15): signal.signal(each, signal.SIG_IGN)",
    "quiet": "import warnings\nwarnings.simplefilter('ignore')",
    "mute": "import os, sys\nos.close(1); os.close(2); sys.stdout = sys.stderr = None",
    "forgets": "import sys\nfor each in list(sys.modules):\n"
    "    if each.startswith(('sqlalchemy', 'json', 'traceback')): del sys.modules[each]",
}


def test_what_else_an_import_does_hides_no_fault(plain: Path) -> None:
    write(plain, {f"{name}.py": f"import models\n{code}\n" for name, code in HARMLESS.items()})
    argv = [part for name in HARMLESS for part in ("--import", name)]
    line = 1 + TWO.count("\n")
    assert imported(plain, TWO + COMPUTED, *argv) == [("models.py", line, "SG101", "error")]


def test_nothing_that_the_code_started_lives_on(plain: Path) -> None:
    start = (
        "import subprocess, sys\n"
        "code = 'import time; time.sleep(300)'\n"
        "child = subprocess.Popen([sys.executable, '-c', code])\n"
        "open('child', 'w').write(str(child.pid))\n"
    )
    write(plain, {"models.py": start})
    started = time.monotonic()
    assert scan_here("--import", "models", cwd=plain).code == 0
    assert time.monotonic() - started < 30
    stat = Path(f"/proc/{(plain / 'child').read_text()}/stat")
    deadline = time.monotonic() + 10  # what was killed may need a moment to be gone
    while lives(stat) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not lives(stat)


def lives(stat: Path) -> bool:
    try:
        return stat.read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
    except OSError:
        return False


def test_a_daemon_that_keeps_its_pipes_does_not_hold_the_scan(plain: Path) -> None:
    start = (
        "import subprocess, sys\n"
        "code = 'import time; time.sleep(8)'\n"
        "subprocess.Popen([sys.executable, '-c', code], start_new_session=True)\n"
    )
    write(plain, {"models.py": start})
    started = time.monotonic()
    assert scan_here("--import", "models", cwd=plain).code == 0
    assert time.monotonic() - started < 7


def test_no_secret_is_printed(plain: Path) -> None:
    code = (
        "import os\n"
        "print('connecting with', os.environ['SHOP_DB_PASSWORD'])\n"
        "url = 'postgresql://shop:s3c' + 'r3tpw@db/shop'\n"
        "raise ValueError(url, os.environ['SHOP_DB_PASSWORD'])\n"
    )
    write(plain, {"models.py": code})
    for form in ("text", "json"):
        ended = scan(
            "-v", "--format", form, "--import", "models", cwd=plain, env={"SHOP_DB_PASSWORD": KEY}
        )
        assert ended.code == 1
        assert "***" in ended.out
        assert KEY not in ended.out + ended.err
        assert "s3cr3tpw" not in ended.out + ended.err


def test_an_ignore_comment_counts_for_what_the_import_finds(plain: Path) -> None:
    ignored = COMPUTED.replace(
        '"])\n', '"])  # safeguards: ignore[SG101] the old console needs it\n', 1
    )
    assert imported(plain, TWO + ignored) == []
    assert imported(plain, f"{TWO}\n\n1 / 0  # safeguards: ignore[SG198] shown elsewhere\n") == []
    assert scan_json_here(cwd=plain).document["findings"] == []


def test_a_fault_outside_what_is_judged_still_counts(plain: Path) -> None:
    write(plain, {"models.py": TWO + COMPUTED, "other/fine.py": "x = 1\n"})
    ended = scan_json_here("--import", "models", "other", cwd=plain)
    assert (ended.code, ended.rules) == (1, [("models.py", "SG101")])


def test_the_folder_of_the_package_is_found(plain: Path) -> None:
    write(plain, {f"backend/{path}": text for path, text in BROKEN.items()})
    ended = scan_json_here("--import", "shop.user", "--import", "shop.post", cwd=plain)
    assert ended.rules == [("backend/shop/user.py", "SG101")]
    (plain / "deploy").mkdir()
    there = scan_json_here("../backend", "--import", "shop.post", cwd=plain / "deploy")
    assert there.rules == [("../backend/shop/user.py", "SG101")]


def test_the_configured_source_root_comes_first(plain: Path) -> None:
    files = {"a/app/models.py": "1 / 0\n", "b/app/models.py": "[][0]\n"}
    write(plain, {**files, "safeguards.toml": '[scan]\nsource-roots = ["b"]\n'})
    ended = scan_here("--import", "app.models", cwd=plain)
    assert "IndexError" in ended.out


def test_the_nearest_environment_is_asked(plain: Path) -> None:
    write(plain, {"models.py": "import sys\nraise ValueError(sys.prefix)\n"})
    sh(sys.executable, "-m", "venv", "--system-site-packages", "--without-pip", plain / ".venv")
    sh(sys.executable, "-m", "venv", "--without-pip", plain / "active")
    bare = scan("--import", "models", cwd=plain, env={"VIRTUAL_ENV": str(plain / "active")})
    assert bare.code == 69
    assert f"{plain}/active/bin/python cannot be asked: it has no SQLAlchemy" in bare.err
    assert "--python PATH" in bare.err


@pytest.mark.parametrize(
    ("argv", "code", "words"),
    [
        (["--import", "modles"], 64, "there is no module modles"),
        (["--import", "models.typo"], 64, "there is no module models.typo"),
        (["--import", "app/models.py"], 64, "write --import app.models"),
        (["--import", ""], 64, "the name of a module"),
        (["--import", "models", "--staged"], 64, "leave out --staged"),
        (["--import", "models", "--commit", "HEAD"], 64, "leave out --staged"),
        (["--python", "python3"], 64, "add --import MODULE"),
        (["--import", "models", "--import-timeout", "0"], 64, "--import-timeout"),
        (["--import", "models", "--python", "no/python"], 69, "cannot run no/python"),
        (["--import", "models", "--python", "/bin/true"], 69, "/bin/true gave no answer"),
        (["--import", "models", "--python", "/bin/echo"], 69, "gave an answer that is none"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_calls_say_what_is_wrong(argv: list[str], code: int, words: str, plain: Path) -> None:
    write(plain, {"models.py": TWO})
    ended = scan_here(*argv, cwd=plain)
    assert (ended.code, ended.out) == (code, "")
    assert words in ended.err
    assert "Traceback" not in ended.err


def test_the_work_tree_is_left_as_it_was(plain: Path) -> None:
    write(plain, CLEAN)
    before = sorted(os.fspath(path) for path in plain.rglob("*"))
    assert scan_here("--import", "shop.post", cwd=plain).code == 0
    assert sorted(os.fspath(path) for path in plain.rglob("*")) == before


def test_the_worker_is_written_for_python_3_8() -> None:
    import ast

    files = sorted(WORKER.parent.rglob("*.py"))
    assert len(files) > 5
    for file in files:
        ast.parse(file.read_text(encoding="utf-8"), feature_version=(3, 8))
