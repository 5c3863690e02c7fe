"""`system/git.py` against real git."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.support.shell import sh

from safeguards.errors import NotInstalledError, UnreachableError, UsageError
from safeguards.system import git

ODD_NAMES = [
    'quote".py',
    "single'.py",
    "back\\slash.py",
    "two\nlines.py",
    "tab\there.py",
    " space .py",
    "-leading-dash.py",
    ":(glob)magic.py",
    "*.py",
    "ünïcode.py",
    os.fsdecode(b"latin-\xe9.py"),
    "deep/er/x.py",
]


def found(at: Path, *, for_hook: bool = False) -> git.Repository:
    repository = git.discover(at, for_hook=for_hook)
    assert repository is not None
    return repository


def test_finds_the_repository_from_a_folder_below(repo: GitRepo) -> None:
    below = repo.top / "a" / "b"
    below.mkdir(parents=True)
    repository = found(below)
    assert repository.top == repo.top.resolve()
    assert repository.git_dir == repository.common_dir == repo.top.resolve() / ".git"


def test_no_repository(tmp_path: Path) -> None:
    assert git.discover(tmp_path) is None
    with pytest.raises(UsageError, match="is in no git repository") as caught:
        git.require(tmp_path)
    assert caught.value.hint


def test_no_git(repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repo.top))
    assert git.discover(repo.top) is None
    with pytest.raises(NotInstalledError, match="cannot run git") as caught:
        git.require(repo.top)
    assert caught.value.hint


def test_a_git_that_is_killed_has_not_said_that_there_is_no_repository(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "git"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\nkill -9 $$\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
    for ask in (git.discover, git.require):
        with pytest.raises(UnreachableError, match="git was ended by signal 9"):
            ask(repo.top)


def test_a_damaged_repository_is_said_to_be_one(repo: GitRepo) -> None:
    repo.write(".git/HEAD", "nonsense")
    with pytest.raises(UsageError, match="is in no git repository that git will read"):
        git.require(repo.top)


def test_a_damaged_index_is_unreachable(repo: GitRepo) -> None:
    repo.add("a.py")
    repo.write(".git/index", "nonsense")
    with pytest.raises(UnreachableError, match="git ls-files failed"):
        found(repo.top).index_files()


def test_a_folder_whose_name_has_quotes_and_newlines(tmp_path: Path) -> None:
    odd = GitRepo.init(tmp_path / 'odd "name"\nwith two lines')
    assert found(odd.top).top == odd.top.resolve()
    assert found(odd.top).common_dir == odd.top.resolve() / ".git"
    bare = tmp_path / "bare\n.git"
    odd.git("init", "-q", "--bare", bare)
    assert (found(bare).top, found(bare).git_dir) == (None, bare.resolve())


def test_a_linked_worktree_shares_the_common_directory(repo: GitRepo, tmp_path: Path) -> None:
    repo.commit()
    linked = tmp_path / "linked"
    repo.git("worktree", "add", "-q", linked)
    repository = found(linked)
    assert repository.top == linked.resolve()
    assert repository.common_dir == repo.top.resolve() / ".git"
    assert repository.git_dir == repository.common_dir / "worktrees" / "linked"


def test_a_bare_repository_has_commits_and_no_top(repo: GitRepo, tmp_path: Path) -> None:
    repo.add("a.py", "x = 1\n")
    commit = repo.commit()
    repo.git("clone", "-q", "--bare", repo.top, tmp_path / "bare.git")
    repository = found(tmp_path / "bare.git")
    assert repository.top is None
    assert repository.head() == commit
    assert list(repository.tree_files(commit)) == ["a.py"]


def test_odd_names_survive_every_listing(any_repo: GitRepo) -> None:
    for name in ODD_NAMES:
        any_repo.add(name, f"name = {name!r}\n".encode("utf-8", "surrogateescape"))
    any_repo.write("untracked\n.py")
    any_repo.write("ignored.py")
    any_repo.write(".gitignore", "ignored.py\n")
    commit = any_repo.commit()
    repository = found(any_repo.top)
    assert set(repository.index_files().files) == set(ODD_NAMES)
    assert set(repository.tree_files(commit)) == set(ODD_NAMES)
    assert set(repository.work_tree_files()) == {*ODD_NAMES, "untracked\n.py", ".gitignore"}


def test_blobs_are_read_as_they_are(any_repo: GitRepo) -> None:
    contents = {"a.py": b"", "b.py": b"\n\n", "c.py": b"\0\xff\r\nblob 3\n", "d.py": b"x" * 70_000}
    for name, content in contents.items():
        any_repo.add(name, content)
    repository = found(any_repo.top)
    index = repository.index_files().files
    oids = {name: entry.oid for name, entry in index.items()}
    blobs = repository.read_blobs(oids.values())
    assert {name: blobs[oid] for name, oid in oids.items()} == contents
    sizes = repository.blob_sizes(oids.values())
    assert {name: sizes[oid] for name, oid in oids.items()} == {
        name: len(content) for name, content in contents.items()
    }


def test_blobs_that_git_does_not_hold_are_left_out(any_repo: GitRepo) -> None:
    any_repo.add("a.py", "x = 1\n")
    repository = found(any_repo.top)
    held = repository.index_files().files["a.py"].oid
    absent = "1" * len(held)
    assert repository.read_blobs([absent, held, absent]) == {held: b"x = 1\n"}
    assert repository.blob_sizes([absent, held]) == {held: 6}
    assert repository.read_blobs([]) == {}


def test_intent_to_add_is_not_in_the_commit(
    any_repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    any_repo.add("package/__init__.py")
    any_repo.add("models.py", "x = 1\n")
    any_repo.write("announced.py", "x = 2\n")
    any_repo.git("add", "--intent-to-add", "announced.py")
    index = found(any_repo.top).index_files()
    assert set(index.files) == {"package/__init__.py", "models.py"}
    monkeypatch.setenv("GIT_LITERAL_PATHSPECS", "1")
    assert found(any_repo.top).index_files() == index


def test_a_conflict_has_no_content(repo: GitRepo) -> None:
    repo.add("a.py", "x = 0\n")
    repo.commit()
    repo.git("switch", "-q", "-c", "other")
    repo.add("a.py", "x = 1\n")
    repo.commit()
    repo.git("switch", "-q", "main")
    repo.add("a.py", "x = 2\n")
    repo.commit()
    assert repo.tries("merge", "-q", "other").returncode == 1
    index = found(repo.top).index_files()
    assert index.unmerged == {"a.py"}
    assert not index.files
    assert found(repo.top).work_tree_files() == ["a.py"]


def test_submodules_are_left_out(repo: GitRepo, tmp_path: Path) -> None:
    library = GitRepo.init(tmp_path / "library")
    library.add("models.py", "x = 1\n")
    library.commit()
    repo.git("submodule", "add", "-q", library.top, "library.py")
    commit = repo.commit()
    repository = found(repo.top)
    assert set(repository.index_files().files) == {".gitmodules"}
    assert set(repository.tree_files(commit)) == {".gitmodules"}
    assert found(repo.top / "library.py").common_dir.is_relative_to(repository.git_dir)


def test_resolve_names_commits_only(any_repo: GitRepo) -> None:
    any_repo.add("a.py", "x = 1\n")
    commit = any_repo.commit()
    any_repo.git("tag", "-a", "-m", "one", "v1")
    repository = found(any_repo.top)
    assert {repository.resolve(rev) for rev in ("HEAD", "main", "v1", commit[:9])} == {commit}
    for wrong in (
        "",
        "-x",
        "--since=yesterday",
        "nowhere",
        "HEAD~1",
        "HEAD^{tree}",
        "a\0b",
        "HEAD:a.py",
    ):
        with pytest.raises(UsageError, match="names no commit") as caught:
            repository.resolve(wrong)
        assert caught.value.hint


def test_head_before_the_first_commit(repo: GitRepo) -> None:
    assert found(repo.top).head() is None


def test_every_variable_that_names_a_repository_is_known(repo: GitRepo) -> None:
    said = set(repo.git("rev-parse", "--local-env-vars").split())
    about_settings = {"GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"}
    assert said - about_settings <= set(git.REPOSITORY_VARIABLES)


def test_an_inherited_repository_does_not_count(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = GitRepo.init(tmp_path / "other")
    repo.add("here.py")
    other.add("there.py")
    monkeypatch.setenv("GIT_DIR", str(other.top / ".git"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(other.top / ".git" / "index"))
    monkeypatch.setenv("GIT_WORK_TREE", str(other.top))
    assert set(found(repo.top).index_files().files) == {"here.py"}
    assert set(found(repo.top, for_hook=True).index_files().files) == {"there.py"}


def test_a_hook_that_moved_into_a_folder_still_sees_its_index(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repo.add("backend/a.py", "x = 1\n")
    repo.commit()
    linked = tmp_path / "linked"
    repo.git("worktree", "add", "-q", linked)
    (linked / ".git-index").write_bytes((repo.top / ".git/worktrees/linked/index").read_bytes())
    monkeypatch.setenv("GIT_INDEX_FILE", ".git-index")
    monkeypatch.setenv("GIT_DIR", str(repo.top / ".git/worktrees/linked"))
    repository = found(linked / "backend", for_hook=True)
    assert repository.top == linked.resolve()
    assert set(repository.index_files().files) == {"backend/a.py"}


def test_a_separate_git_directory_named_to_the_hook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    top, store = tmp_path / "top", tmp_path / "store.git"
    top.mkdir()
    (top / "a.py").write_text("x = 1\n")
    monkeypatch.setenv("GIT_DIR", str(store))
    monkeypatch.setenv("GIT_WORK_TREE", str(top))
    sh("git", "init", "-q", cwd=top)
    sh("git", "add", "a.py", cwd=top)
    assert git.discover(top) is None
    repository = found(top, for_hook=True)
    assert (repository.top, repository.git_dir) == (top.resolve(), store.resolve())
    assert set(repository.index_files().files) == {"a.py"}


def test_a_checkout_of_somebody_else_needs_the_settings_that_allow_it(
    repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    with pytest.raises(UsageError, match="dubious ownership"):
        git.require(repo.top)
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.directory")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "*")
    assert git.require(repo.top).top == repo.top.resolve()
