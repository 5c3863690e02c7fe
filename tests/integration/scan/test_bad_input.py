"""Files that cannot be read, names that no one should choose: said plainly, the rest is judged."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.scan.kit import (
    BROKEN,
    FOUND,
    PROGRAM,
    TWO_KEYS,
    scan,
    scan_as_a_user,
    scan_json,
    write,
)

DEEP = b"(" * 10_000 + b")" * 10_000
LINES = b"".join(b" " * i + b"if x:\n" for i in range(150)) + b" " * 150 + b"Column()\n"
UNREADABLE = {
    "shop/binary.py": bytes(range(256)) * 40,
    "shop/compiled.py": b"\x7fELF\0\0",
    "shop/latin.py": "NAME = 'é'\n".encode("latin-1"),
    "shop/utf16.py": "x = 1\n".encode("utf-16"),
    "shop/syntax.py": b"class Project(Base)\n    pass\n",
    "shop/conflict.py": b"<<<<<<< HEAD\nx = Column()\n=======\nx = Column(1)\n>>>>>>> other\n",
    "shop/template.py": b"{% if x %}\nx = Column()\n{% endif %}\n",
    "shop/deep.py": b"x = Column" + DEEP + b"\n",
    "shop/indented.py": LINES,
    "shop/huge.py": b"x = 1\n" * 900_000,
}


def test_unreadable_files_are_warnings_and_the_others_are_judged(repo: GitRepo) -> None:
    write(repo.top, {**BROKEN, **UNREADABLE, "shop/empty.py": b""})
    ended = scan_json(cwd=repo.top)
    assert (ended.code, ended.err) == (1, "")
    expected = [*((path, "SG100") for path in UNREADABLE), *FOUND]
    assert sorted(ended.rules) == sorted(expected)
    assert all(each["message"] for each in ended.document["findings"])


@pytest.mark.parametrize("path", UNREADABLE)
def test_an_unreadable_file_alone_passes_and_says_why(plain: Path, path: str) -> None:
    write(plain, {path: UNREADABLE[path]})
    ended = scan(cwd=plain)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"{path}:")
    assert ended.out.endswith("\n1 warning\n")
    assert "SG100 warning: " in ended.out


def test_links_and_folders_and_pipes_that_are_named_like_modules(
    repo: GitRepo, plain: Path
) -> None:
    for top in (repo.top, plain):
        write(top, BROKEN)
        (top / "folder.py").mkdir()
        (top / "folder.py" / "inner.py").write_text("x = 1\n")
        (top / "loop.py").symlink_to("loop.py")
        (top / "a.py").symlink_to("b.py")
        (top / "b.py").symlink_to("a.py")
        (top / "dangling.py").symlink_to("nowhere.py")
        (top / "again.py").symlink_to("shop/post.py")
        (top / "shop" / "up").symlink_to("..")
        os.mkfifo(top / "pipe.py")
        ended = scan_json(cwd=top)
        assert (ended.code, ended.err) == (1, "")
        messages = {each["path"]: each["message"] for each in ended.document["findings"]}
        loop = "Too many levels of symbolic links"
        assert {path: messages.pop(path) for path in ("a.py", "b.py", "loop.py")} == dict.fromkeys(
            ("a.py", "b.py", "loop.py"), loop
        )
        if "pipe.py" in messages:
            assert messages.pop("pipe.py") == "not a regular file"
        assert list(messages) == ["shop/user.py"]


def test_a_named_file_that_cannot_be_read_is_a_warning(repo: GitRepo) -> None:
    (repo.top / "loop.py").symlink_to("loop.py")
    (repo.top / "folder.py").mkdir()
    os.mkfifo(repo.top / "pipe.py")
    assert scan("folder.py", cwd=repo.top).code == 0
    assert scan("loop.py", cwd=repo.top).code == 64
    ended = scan("pipe.py", cwd=repo.top)
    assert (ended.code, ended.out.partition("\n")[0]) == (
        0,
        "pipe.py:1:1: SG100 warning: not a regular file",
    )


def test_a_symlink_loop_in_the_index(repo: GitRepo) -> None:
    for path, text in BROKEN.items():
        repo.add(path, text)
    (repo.top / "a.py").symlink_to("b.py")
    (repo.top / "b.py").symlink_to("a.py")
    repo.git("add", "a.py", "b.py")
    ended = scan_json("--staged", cwd=repo.top)
    loops = [("a.py", "SG100"), ("b.py", "SG100")]
    assert (ended.code, sorted(ended.rules)) == (1, sorted([*loops, *FOUND]))


def test_files_and_folders_without_permission_are_warnings(plain: Path) -> None:
    write(plain, {**BROKEN, "shop/secret.py": "x = 1\n", "closed/inner.py": "x = 1\n"})
    (plain / "shop" / "secret.py").chmod(0)
    (plain / "closed").chmod(0)
    ended = scan_as_a_user(cwd=plain)
    assert (ended.code, ended.err) == (1, "")
    assert "shop/secret.py:1:1: SG100 warning: Permission denied\n" in ended.out
    assert "closed:1:1: SG100 warning: Permission denied\n" in ended.out
    assert "shop/user.py:9:35: SG101 error: " in ended.out
    assert ended.out.endswith("1 error, 2 warnings\n")
    (plain / "closed").chmod(0o755)


def test_a_configuration_without_permission_is_wrong_configuration(plain: Path) -> None:
    write(plain, {**BROKEN, "safeguards.toml": ""})
    (plain / "safeguards.toml").chmod(0)
    ended = scan_as_a_user(cwd=plain)
    assert (ended.code, ended.out) == (78, "")
    assert "safeguards.toml: cannot be read: Permission denied\nhint: " in ended.err


def test_a_read_only_repository_is_scanned_without_a_cache(repo: GitRepo) -> None:
    write(repo.top, BROKEN)
    (repo.top / ".git").chmod(0o555)
    ended = scan_as_a_user(cwd=repo.top)
    (repo.top / ".git").chmod(0o755)
    assert (ended.code, ended.err) == (1, "")
    assert "shop/user.py:9:35: SG101 error: " in ended.out
    assert not (repo.top / ".git" / "safeguards").exists()
    assert scan(cwd=repo.top) == ended


NAMES = [
    "a b.py",
    "ünï cödé.py",
    "-x.py",
    "a,b:c%.py",
    "q'\"`$(x).py",
    "esc\x1b[31mred.py",
    "line\nfeed.py",
    "::error::x.py",
    "right\u202eleft.py",
    "bell\x07.py",
    "[brackets]*?.py",
]
FAULTY = (
    TWO_KEYS.replace("from shop.base import Base", "from sqlalchemy.orm import *").replace(
        "class Post",
        "Base = declarative_base()\n\n\nclass User(Base):\n    __tablename__ = 'user'\n"
        "    id: Mapped[int] = mapped_column(primary_key=True)\n\n\nclass Post",
    )
    + "    author: Mapped[User] = relationship()\n"
)


def test_hostile_file_names(repo: GitRepo) -> None:
    top = repo.top / "fold er\x1b[1m"
    write(top, dict.fromkeys(NAMES, FAULTY))
    repo.git("add", "-A")
    for argv in ((), ("--staged",)):
        ended = scan_json(*argv, cwd=top)
        assert sorted(ended.rules) == sorted((name, "SG101") for name in NAMES)
        for form in ("text", "github"):
            shown = scan("--format", form, *argv, cwd=repo.top)
            assert (shown.code, shown.err) == (1, "")
            assert not set("\x1b\x07\u202e\r") & set(shown.out)
        annotations = shown.out.splitlines()
        assert len(annotations) == len(NAMES)
        assert all(line.startswith("::error file=fold er") for line in annotations)
        assert all(line.count("::") == 2 for line in annotations)


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_as_path(repo: GitRepo, name: str) -> None:
    write(repo.top, {name: FAULTY})
    assert scan_json("--", name, cwd=repo.top).rules == [(name, "SG101")]


@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii", "latin-1", "cp1252"])
@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_any_terminal_and_names_that_are_no_text(repo: GitRepo, encoding: str, form: str) -> None:
    name = os.fsdecode(b"caf\xe9.py")
    write(repo.top, {name: FAULTY, "日本.py": FAULTY})
    ended = subprocess.run(
        [*PROGRAM, "scan", "--format", form],
        cwd=repo.top,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert (ended.returncode, ended.stderr) == (1, b"")
    assert ended.stdout.count(b"SG101") == 2
    if form == "json":
        assert "日本.py" in ended.stdout.decode("utf-8")
    else:
        assert rb"caf\udce9.py" in ended.stdout


def test_names_in_the_code_do_not_steer_the_terminal(repo: GitRepo) -> None:
    target = r'relationship("P\x1b[31m\u202e\n::error::ost")'
    keyed = r'relationship("Post", back_populates="x\x1b]0;title\x07\r\n::error::y")'
    write(repo.top, {"m.py": f"{FAULTY}    a = {target}\n    b = {keyed}\n"})
    for form in ("text", "github"):
        ended = scan("-v", "--format", form, cwd=repo.top)
        assert ended.code == 1
        assert "SG108" in ended.out
        assert not set("\x1b\x07\u202e\r") & set(ended.out)
        assert not any(line.startswith("::error::") for line in ended.out.splitlines())
