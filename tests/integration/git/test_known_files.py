"""What is unchanged is not read again, and what is changed always is."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.git.kit import GitRepo

from safeguards.system.cache import FactsStore
from safeguards.system.known_files import MOST_TOPS, SETTLED, KnownBlobs, KnownFiles, Seen
from safeguards.system.project import locate
from safeguards.system.sources import Collected
from safeguards.system.work_tree import collect_work_tree

MODEL = """\
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True)
    books = relationship("Book")
"""
BOOK = """\
from models import Author, Base, Column, ForeignKey, Integer


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
"""
SECOND = '    editor_id = Column(ForeignKey("author.id"))\n'
OPENED = """
import json, os, sys
opened = []
sys.addaudithook(lambda name, given: opened.append(given[0]) if name == "open" else None)
from safeguards.cli.main import main
code = main(sys.argv[1:])
sys.stdout.flush()
below = os.getcwd() + os.sep
names = {name for name in opened if isinstance(name, str) and name.endswith(".py")}
ours = sorted(name[len(below):] for name in names if name.startswith(below))
print("\\nOPENED " + json.dumps([code, ours]))
"""


def later() -> int:
    """A clock by which every file was settled long ago."""
    return time.time_ns() + 10 * SETTLED


def look(top: Path, folder: Path) -> Collected:
    return collect_work_tree(locate(top, []), KnownFiles(folder, top, later))


def opened_by(top: Path, *arguments: str) -> tuple[int, list[str]]:
    """The exit code of a scan, and which of the project's Python files it opened."""
    done = subprocess.run(
        [sys.executable, "-c", OPENED, "scan", *arguments],
        cwd=top,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    code, names = json.loads(done.stdout.rpartition("OPENED ")[2])
    return code, names


@pytest.fixture
def shop(repo: GitRepo) -> GitRepo:
    """Two committed files, last written to a while ago."""
    repo.add("models.py", MODEL)
    repo.add("book.py", BOOK)
    repo.commit()
    wait = SETTLED / 1e9 + 0.2 - (time.time() - (repo.top / "book.py").stat().st_ctime)
    time.sleep(max(0.0, wait))
    return repo


def test_a_scan_opens_only_what_changed(shop: GitRepo) -> None:
    assert opened_by(shop.top) == (0, ["book.py", "models.py"])
    assert opened_by(shop.top) == (0, [])
    shop.write("book.py", BOOK + SECOND)
    assert opened_by(shop.top) == (1, ["book.py", "models.py"])  # models.py is quoted


def test_a_file_that_was_just_written_is_read_again(repo: GitRepo) -> None:
    repo.add("book.py", BOOK)
    known = KnownFiles(repo.top / ".git" / "cache", repo.top)
    collect_work_tree(locate(repo.top, []), known)
    facts = (repo.top / "book.py").lstat()
    again = KnownFiles(repo.top / ".git" / "cache", repo.top)
    assert again.digest("book.py", facts) is None


def test_a_digest_that_is_wrong_is_found_out(shop: GitRepo) -> None:
    shop.write("book.py", BOOK + SECOND)
    folder = shop.top / ".git" / "safeguards" / "cache"
    look(shop.top, folder)
    (seen,) = folder.glob("seen-*")
    known = msgspec.msgpack.decode(FactsStore(seen).load() or b"", type=dict[bytes, Seen])
    wrong = {path: msgspec.structs.replace(each, digest=b"x" * 16) for path, each in known.items()}
    FactsStore(seen).save(msgspec.msgpack.encode(wrong))
    assert opened_by(shop.top)[0] == 1


@pytest.mark.parametrize("block", [b"", b"\xc1", b"\x93\x01\x02\x03", b"\x81\xa1a\x01"])
def test_what_was_not_written_by_us_is_forgotten(repo: GitRepo, block: bytes) -> None:
    repo.add("book.py", BOOK)
    folder = repo.top / ".git" / "cache"
    look(repo.top, folder)
    (seen,) = folder.glob("seen-*")
    FactsStore(seen).save(block)
    FactsStore(folder / "blobs").save(block)
    assert look(repo.top, folder).files == {"book.py": BOOK.encode()}
    assert KnownBlobs(folder).digest("ab" * 20) is None


def test_work_trees_are_remembered_one_by_one_and_not_without_end(tmp_path: Path) -> None:
    tops = [tmp_path / f"work{number}" for number in range(MOST_TOPS + 3)]
    for top in tops:
        top.mkdir()
        (top / "a.py").write_text(top.name)
        (top / "pyproject.toml").write_text("")
        look(top, tmp_path / "cache")
        assert look(top, tmp_path / "cache").files == {"a.py": top.name.encode()}
    assert len(list((tmp_path / "cache").glob("seen-*"))) == MOST_TOPS


def test_blobs_are_read_once(shop: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    trace = shop.top / ".git" / "trace"
    monkeypatch.setenv("GIT_TRACE", str(trace))
    assert opened_by(shop.top, "--staged") == (0, [])
    assert trace.read_text().count("cat-file") == 2  # sizes, contents
    trace.unlink()
    assert opened_by(shop.top, "--commit", "HEAD") == (0, [])
    assert "cat-file" not in trace.read_text()


def test_a_staged_change_is_judged_with_what_is_known(shop: GitRepo) -> None:
    assert opened_by(shop.top, "--staged")[0] == 0
    shop.add("book.py", BOOK + SECOND)
    assert opened_by(shop.top, "--staged")[0] == 1
    assert opened_by(shop.top, "--commit", "HEAD")[0] == 0


@pytest.mark.parametrize(("change", "told"), [("\n", ""), (SECOND, "book.py:1:1: SG100 warning")])
def test_a_blob_that_is_gone_is_missed_where_its_text_is_needed(
    shop: GitRepo, change: str, told: str
) -> None:
    """A finding needs the text, to quote it."""
    assert opened_by(shop.top, "--staged")[0] == 0
    oid = shop.git("rev-parse", ":book.py").strip()
    (shop.top / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    shop.add("models.py", MODEL + BOOK.partition("\n\n")[2] + change)
    done = subprocess.run(
        [sys.executable, "-m", "safeguards", "scan", "--staged"],
        cwd=shop.top,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert told in done.stdout
    assert done.returncode == bool(told), done


NAMES = ("a.py", "b.py", "pkg/c.py")
EDITS = st.one_of(
    st.tuples(st.just("write"), st.sampled_from(NAMES), st.binary(max_size=4)),
    st.tuples(st.just("swap"), st.sampled_from(NAMES), st.binary(max_size=4)),
    st.tuples(st.just("back"), st.sampled_from(NAMES), st.binary(min_size=3, max_size=3)),
    st.tuples(st.just("remove"), st.sampled_from(NAMES), st.just(b"")),
    st.tuples(st.just("link"), st.sampled_from(NAMES), st.just(b"")),
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.lists(EDITS, min_size=1, max_size=3), min_size=1, max_size=5))
def test_however_files_change_the_same_is_read_as_without_memory(
    tmp_path_factory: pytest.TempPathFactory, rounds: list[list[tuple[str, str, bytes]]]
) -> None:
    top = tmp_path_factory.mktemp("work")
    (top / "pyproject.toml").write_text("")
    for edits in rounds:
        for edit in edits:
            _edit(top, *edit)
        time.sleep(0.02)  # longer than the file system's clock takes for a tick
        with_memory = look(top, top.parent / "cache")
        assert with_memory == collect_work_tree(locate(top, []))


def _edit(top: Path, how: str, name: str, content: bytes) -> None:
    at = top / name
    at.parent.mkdir(exist_ok=True)
    if how in {"remove", "link"}:
        at.unlink(missing_ok=True)
        if how == "link":
            at.symlink_to(top / "a.py")
        return
    if how == "swap":
        at.with_suffix(".new").write_bytes(content)
        at.with_suffix(".new").replace(at)
        return
    before = at.stat().st_mtime_ns if at.is_file() else None
    at.write_bytes(content) if not at.is_symlink() else None
    if how == "back" and before is not None:
        os.utime(at, ns=(before, before))
