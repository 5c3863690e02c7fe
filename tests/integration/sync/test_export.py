"""Exports of commits with a real git: what a checkout would have, whole or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.sync.leashes import eventually, marked

from safeguards.errors import UnreachableError
from safeguards.system import claims, git
from safeguards.system.export import Exported, export, remove_unfinished

ODD = ("a b.txt", "line\nbreak.txt", "späce/ünder.txt", "-dash", '"quoted"', "*glob?", ":colon")


@pytest.fixture(params=["sha1", "sha256"])
def repo(tmp_path: Path, request: pytest.FixtureRequest) -> GitRepo:
    return GitRepo.init(tmp_path / "repo", object_format=request.param)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "exports" / "one"


def files(top: Path) -> dict[str, str]:
    """Every file below a folder with its content, or where a link leads."""
    found = {}
    for base, folders, names in os.walk(top):
        if ".git" in folders:
            folders.remove(".git")
        for name in (*names, *(each for each in folders if (Path(base) / each).is_symlink())):
            at = Path(base) / name
            if at.name != ".git":
                content = f"-> {at.readlink()}" if at.is_symlink() else at.read_bytes().decode()
                executable = not at.is_symlink() and os.access(at, os.X_OK)
                found[f"{at.relative_to(top)}{' x' if executable else ''}"] = content
    return found


def test_it_is_what_a_checkout_has(repo: GitRepo, place: Path, tmp_path: Path) -> None:
    for name in ODD:
        repo.add(name, f"content of {name}\n")
    repo.add("run.sh", "#!/bin/sh\n").chmod(0o755)
    (repo.top / "link").symlink_to("a b.txt")
    (repo.top / "aside").symlink_to("../nowhere")
    repo.add(".gitattributes", "*.win text eol=crlf\nsecret export-ignore\n*.up filter=up\n")
    repo.add("deep/.gitattributes", "*.win text eol=lf\n")
    for name in ("x.win", "deep/x.win"):
        repo.add(name, "one\ntwo\n")
    repo.add("secret", "kept")
    repo.add("x.up", "whisper\n")
    repo.git("config", "filter.up.smudge", "tr a-z A-Z")
    repo.git("add", "-A")
    commit = repo.commit()
    repo.git("worktree", "add", "-q", "--detach", tmp_path / "checked-out", commit)

    repo.write(".gitattributes", "*.win text eol=lf\n")
    repo.write("a b.txt", "changed meanwhile")
    repo.write("untracked", "")
    repo.add("staged", "")
    before = (repo.git("status", "--short"), files(repo.top))
    found = git.require(repo.top)
    assert export(found, commit, place) == Exported(place, commit)
    assert files(place) == files(tmp_path / "checked-out")
    assert (place / "x.win").read_bytes() == b"one\r\ntwo\r\n"
    assert (place / "x.up").read_bytes() == b"WHISPER\n"
    assert (repo.git("status", "--short"), files(repo.top)) == before
    assert list(place.parent.iterdir()) == [place]


def test_every_kind_of_repository_has_them(repo: GitRepo, place: Path, tmp_path: Path) -> None:
    repo.add("old", "1")
    old = repo.commit()
    repo.git("rm", "-q", "old")
    repo.add("app/main.py", "2")
    commit = repo.commit()
    bare, linked = tmp_path / "bare.git", tmp_path / "linked"
    repo.git("clone", "-q", "--bare", repo.top, bare)
    repo.git("worktree", "add", "-q", "--detach", linked, old)
    repo.git("config", "core.sparseCheckout", "true")
    repo.write(".git/info/sparse-checkout", "/nothing\n")
    for number, where in enumerate((repo.top, repo.top / "app", bare, linked)):
        target = place.with_name(f"of {number}\n")
        export(git.require(where), commit, target)
        assert files(target) == {"app/main.py": "2"}
        export(git.require(where), old, target.with_name(f"old {number}"))
        assert files(target.with_name(f"old {number}")) == {"old": "1"}


def test_an_empty_commit_is_an_empty_folder(repo: GitRepo, place: Path) -> None:
    export(git.require(repo.top), repo.commit(), place)
    assert list(place.iterdir()) == []


def test_submodules_are_named_and_not_exported(repo: GitRepo, place: Path, tmp_path: Path) -> None:
    inner = GitRepo.init(
        tmp_path / "inner", object_format=repo.git("rev-parse", "--show-object-format").strip()
    )
    inner.add("inside", "")
    inner.commit()
    allowed = ("-c", "protocol.file.allow=always")
    repo.git(*allowed, "submodule", "add", "-q", inner.top, "vendor/in ner")
    repo.git("config", "submodule.recurse", "true")
    done = export(git.require(repo.top), repo.commit(), place)
    assert done.submodules == ("vendor/in ner",)
    assert list((place / "vendor" / "in ner").iterdir()) == []
    assert (place / ".gitmodules").is_file()


def test_what_cannot_be_exported_leaves_nothing(repo: GitRepo, place: Path) -> None:
    repo.add("x.broken", "x")
    repo.add(".gitattributes", "*.broken filter=broken\n")
    commit = repo.commit()
    repo.git("config", "filter.broken.smudge", "false")
    repo.git("config", "filter.broken.required", "true")
    found = git.require(repo.top)
    with pytest.raises(UnreachableError, match=r"x\.broken"):
        export(found, commit, place)
    with pytest.raises(UnreachableError, match="git does not know"):
        export(found, "0" * len(commit), place)
    assert list(place.parent.iterdir()) == []
    place.mkdir()
    with pytest.raises(UnreachableError, match="is there already"):
        export(found, commit, place)


def test_a_missing_object_leaves_nothing(repo: GitRepo, place: Path) -> None:
    repo.add("x", "only here")
    commit = repo.commit()
    oid = repo.git("rev-parse", f"{commit}:x").strip()
    (repo.top / ".git" / "objects" / oid[:2] / oid[2:]).unlink()
    with pytest.raises(UnreachableError, match="cannot check out"):
        export(git.require(repo.top), commit, place)
    assert list(place.parent.iterdir()) == []


EXPORT = """
import sys
from pathlib import Path
from safeguards.system import git
from safeguards.system.export import export
export(git.require(Path(sys.argv[1])), sys.argv[2], Path(sys.argv[3]))
"""


def left(parent: Path) -> list[Path]:
    """What is there after what was cut off is removed."""
    if not parent.exists():
        return []
    remove_unfinished(parent)
    return list(parent.iterdir())


def test_cut_off_anywhere_it_is_whole_or_not_there(repo: GitRepo, place: Path) -> None:
    for number in range(300):
        repo.write(f"many/{number}", "x" * number)
    repo.write(".gitattributes", "slow filter=slow\n")
    repo.write("slow", "")
    repo.git("add", "-A")
    commit = repo.commit()
    repo.git("config", "filter.slow.smudge", "sleep 0.2; cat")
    expected = files(repo.top)
    mark = str(place)
    env = dict(os.environ) | {"LEASH_MARK": mark}
    outcomes = set()
    for moment in range(16):
        argv = (sys.executable, "-c", EXPORT, str(repo.top), commit, mark)
        process = subprocess.Popen(argv, env=env)
        time.sleep(0.1 + moment * 0.04)
        process.kill()
        process.wait()
        assert eventually(lambda: marked(mark) == [])
        outcomes.add(place.exists())
        if place.exists():
            assert files(place) == expected
            claims.remove(place)
        # A process that ends loses its environment before its handles, and a claim is a handle.
        assert eventually(lambda: left(place.parent) == [])
    assert False in outcomes


def test_what_is_under_way_is_not_removed(repo: GitRepo, place: Path) -> None:
    repo.add(".gitattributes", "slow filter=slow\n")
    repo.add("slow", "")
    commit = repo.commit()
    go = place.parent / "go"
    repo.git("config", "filter.slow.smudge", f"while [ ! -e '{go}' ]; do sleep 0.02; done; cat")
    process = subprocess.Popen((sys.executable, "-c", EXPORT, str(repo.top), commit, str(place)))
    assert eventually(lambda: bool(list(place.parent.glob("one.part-*/files"))))
    assert remove_unfinished(place.parent) == ()
    go.touch()
    assert process.wait(60) == 0
    assert files(place) == files(repo.top)


def test_read_only_folders_are_removed_too(tmp_path: Path) -> None:
    deep = tmp_path / "one.part-1" / "cache" / "deep"
    deep.mkdir(parents=True)
    (deep / "file").touch()
    deep.chmod(0o500)
    deep.parent.chmod(0o500)
    assert remove_unfinished(tmp_path) == ("one.part-1",)
    assert list(tmp_path.iterdir()) == []
