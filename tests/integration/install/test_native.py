"""Hooks as files: put beside what is there, run once each, and gone without a trace."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.install.kit import (
    HOOKS,
    PROGRAM,
    Told,
    earlier_hook,
    install,
    put_hook,
    telling_program,
    tries,
    uninstall,
    untouched,
)
from tests.support.shell import ROOT, sh


def test_three_hooks_and_nothing_else(repo: GitRepo) -> None:
    said = install(repo.top)
    assert said.splitlines() == [f".git/hooks/{name}: written" for name in HOOKS]
    assert sorted(p.name for p in (repo.top / ".git/hooks").iterdir()) == sorted(HOOKS)
    assert repo.git("status", "--porcelain", "--ignored") == ""


@pytest.mark.parametrize("name", HOOKS)
def test_a_hook_is_the_shipped_one_but_for_its_program(repo: GitRepo, name: str) -> None:
    install(repo.top)
    written = (repo.top / ".git/hooks" / name).read_text().splitlines()
    shipped = (ROOT / "hooks" / name).read_text().splitlines()
    differing = [(a, b) for a, b in zip(written, shipped, strict=True) if a != b]
    assert differing == [(f"SAFEGUARDS={shlex.quote(str(PROGRAM))}", "SAFEGUARDS=safeguards")]
    assert (repo.top / ".git/hooks" / name).stat().st_mode & 0o777 == 0o755


def test_twice_is_the_same_as_once(repo: GitRepo, told: Told) -> None:
    put_hook(repo, "pre-commit", earlier_hook(told, "earlier"))
    install(repo.top)
    first = untouched(repo.top / ".git")
    assert "unchanged; runs pre-commit.before-safeguards first" in install(repo.top)
    assert untouched(repo.top / ".git") == first


def test_uninstall_leaves_what_was_there(repo: GitRepo) -> None:
    before = untouched(repo.top / ".git")
    install(repo.top, "--script", "--pre-commit")
    assert untouched(repo.top / ".git") != before
    uninstall(repo.top)
    assert untouched(repo.top / ".git") == before
    assert repo.git("status", "--porcelain", "--ignored") == ""
    assert uninstall(repo.top) == ""


KINDS = {
    "sh": ("/bin/sh", 0o755),
    "env sh": ("/usr/bin/env sh", 0o755),
    "sh -e": ("/bin/sh -e", 0o700),
    "bash": ("/usr/bin/env bash", 0o755),
}


@pytest.mark.parametrize("kind", KINDS)
def test_an_earlier_commit_hook_runs_first_and_may_refuse(
    repo: GitRepo, told: Told, program: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    interpreter, mode = KINDS[kind]
    put_hook(repo, "pre-commit", earlier_hook(told, "earlier", interpreter), mode)
    before = untouched(repo.top / ".git")
    install(repo.top, program=program)
    repo.commit()
    assert told.who() == ["earlier", "pre-commit"]
    monkeypatch.setenv("EARLIER_EXITS", "3")
    assert repo.tries("commit", "--allow-empty", "-m", "x").returncode == 1
    assert told.who() == ["earlier"]
    assert tries(".git/hooks/pre-commit", cwd=repo.top).returncode == 3
    monkeypatch.setenv("EARLIER_EXITS", "0")
    monkeypatch.setenv("TOLD_TO_EXIT", "1")
    told.calls()
    assert repo.tries("commit", "--allow-empty", "-m", "x").returncode == 1
    assert told.who() == ["earlier", "pre-commit"]
    uninstall(repo.top, program=program)
    after = untouched(repo.top / ".git")
    assert {k: v for k, v in after.items() if k != "COMMIT_EDITMSG"} == {
        k: v for k, v in before.items() if k != "COMMIT_EDITMSG"
    }


@pytest.mark.parametrize("kind", ["env sh", "bash"])
def test_both_push_hooks_get_arguments_and_all_lines(
    repo: GitRepo, remote: GitRepo, told: Told, program: Path, kind: str
) -> None:
    put_hook(repo, "pre-push", earlier_hook(told, "pre-push-earlier", KINDS[kind][0]))
    install(repo.top, program=program)
    repo.git("branch", "second")
    repo.git("push", "-q", "origin", "main", "second")
    first, second = told.calls()
    assert (first["who"], second["who"]) == ("pre-push-earlier", "pre-push")
    assert first["args"] == second["args"] == ["origin", str(remote.top)]
    assert first["stdin"] == second["stdin"]
    assert len(str(first["stdin"]).splitlines()) == 2


def test_an_earlier_push_hook_that_refuses_ends_it(
    repo: GitRepo, remote: GitRepo, told: Told, program: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put_hook(repo, "pre-push", earlier_hook(told, "pre-push-earlier"))
    install(repo.top, program=program)
    monkeypatch.setenv("EARLIER_EXITS", "9")
    assert repo.tries("push", "origin", "main").returncode == 1
    assert told.who() == ["pre-push-earlier"]
    assert remote.git("for-each-ref") == ""


def test_an_earlier_hook_that_reads_nothing_of_many_refs(
    repo: GitRepo, remote: GitRepo, told: Told, program: Path
) -> None:
    put_hook(repo, "pre-push", "#!/bin/sh\nexit 0\n")
    install(repo.top, program=program)
    head = repo.git("rev-parse", "HEAD").strip()
    refs = "".join(f"create refs/heads/b{n} {head}\n" for n in range(2000))
    sh("git", "update-ref", "--stdin", cwd=repo.top, stdin=refs)
    done = repo.tries("push", "-q", "origin", "refs/heads/*")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(str(told.calls()[0]["stdin"]).splitlines()) == 2001


def test_a_hook_that_git_would_not_run_is_not_run(repo: GitRepo, told: Told, program: Path) -> None:
    at = put_hook(repo, "pre-commit", earlier_hook(told, "earlier"), mode=0o644)
    install(repo.top, program=program)
    repo.commit()
    assert told.who() == ["pre-commit"]
    uninstall(repo.top, program=program)
    assert at.stat().st_mode & 0o777 == 0o644


def test_a_linked_hook_stays_a_link(repo: GitRepo, told: Told, program: Path) -> None:
    script = repo.write("tools/check.sh", earlier_hook(told, "earlier"))
    script.chmod(0o755)
    hook = repo.top / ".git/hooks/pre-commit"
    hook.parent.mkdir()
    hook.symlink_to("../../tools/check.sh")
    install(repo.top, program=program)
    repo.commit()
    assert told.who() == ["earlier", "pre-commit"]
    uninstall(repo.top, program=program)
    assert hook.is_symlink()
    assert script.read_text() == earlier_hook(told, "earlier")


def test_a_program_without_a_first_line_is_run_as_git_does(
    repo: GitRepo, told: Told, program: Path
) -> None:
    bare = earlier_hook(told, "earlier").partition("\n")[2]
    put_hook(repo, "pre-commit", bare)
    install(repo.top, program=program)
    repo.commit()
    assert told.who() == ["earlier", "pre-commit"]


@pytest.mark.parametrize("name", ['a b\'s "$HOME"`x`', "-ünï\\slash", "new\nline"])
def test_the_program_may_lie_at_any_path(
    repo: GitRepo, told: Told, tmp_path: Path, name: str
) -> None:
    program = telling_program(tmp_path / name, told)
    install(repo.top, program=program)
    repo.commit()
    assert told.who() == ["pre-commit"]
    assert "unchanged" in install(repo.top, program=program)
    uninstall(repo.top, program=program)
    assert list((repo.top / ".git").glob("hooks/*")) == []


def test_installed_again_from_elsewhere_the_hooks_call_that(
    repo: GitRepo, told: Told, program: Path
) -> None:
    install(repo.top)
    assert "pre-commit: written" in install(repo.top, program=program)
    repo.commit()
    assert told.who() == ["pre-commit"]


def test_run_as_a_module_the_hooks_call_the_script_beside_python(repo: GitRepo) -> None:
    sh(sys.executable, "-m", "safeguards", "install", cwd=repo.top)
    assert (
        f"SAFEGUARDS={shlex.quote(str(PROGRAM))}\n"
        in (repo.top / ".git/hooks/pre-push").read_text()
    )


def test_a_link_to_the_program_stays_a_link(repo: GitRepo, program: Path, tmp_path: Path) -> None:
    link = tmp_path / "local" / "safeguards"
    link.parent.mkdir()
    link.symlink_to(program)
    install(repo.top, program=link)
    assert (
        f"SAFEGUARDS={shlex.quote(str(link))}\n" in (repo.top / ".git/hooks/pre-push").read_text()
    )


def test_from_a_linked_worktree_all_worktrees_are_guarded_once(
    repo: GitRepo, told: Told, program: Path, tmp_path: Path
) -> None:
    repo.git("worktree", "add", "-q", tmp_path / "linked")
    linked = GitRepo(tmp_path / "linked")
    (linked.top / "deep").mkdir()
    install(linked.top / "deep", program=program)
    linked.commit()
    repo.commit()
    assert told.who() == ["pre-commit", "pre-commit"]
    assert linked.git("status", "--porcelain") == ""
    uninstall(repo.top, program=program)
    linked.commit()
    assert told.who() == []


def test_in_a_submodule_only_the_submodule_is_guarded(
    repo: GitRepo, told: Told, program: Path, tmp_path: Path
) -> None:
    other = GitRepo.init(tmp_path / "library")
    other.commit()
    repo.git("submodule", "add", "-q", other.top, "lib")
    inner = GitRepo(repo.top / "lib")
    install(inner.top, program=program)
    inner.commit()
    assert told.who() == ["pre-commit"]
    repo.git("add", "--all")
    repo.commit()
    assert told.who() == []
    assert inner.git("status", "--porcelain") == ""


def test_from_inside_the_git_folder(repo: GitRepo, told: Told, program: Path) -> None:
    install(repo.top / ".git", program=program)
    repo.commit()
    assert told.who() == ["pre-commit"]


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_a_bare_repository_gets_what_follows_a_push(
    tmp_path: Path, told: Told, program: Path, object_format: str
) -> None:
    bare = tmp_path / "server.git"
    sh("git", "init", "-q", "--bare", f"--object-format={object_format}", bare)
    earlier = bare / "hooks" / "post-receive"
    earlier.parent.mkdir()
    earlier.write_text(earlier_hook(told, "post-receive-earlier"))
    earlier.chmod(0o750)
    before = untouched(bare)
    assert install(bare, program=program).splitlines() == [
        "hooks/post-receive: written; runs post-receive.before-safeguards first"
    ]
    clone = GitRepo.init(tmp_path / "clone", object_format=object_format)
    head = clone.commit()
    clone.git("push", "-q", bare, "HEAD:main", "HEAD:other")
    first, second = told.calls()
    assert (first["who"], second["who"]) == ("post-receive-earlier", "post-receive")
    zero = "0" * len(head)
    lines = [f"{zero} {head} refs/heads/{name}" for name in ("main", "other")]
    assert str(first["stdin"]).splitlines() == str(second["stdin"]).splitlines() == lines
    uninstall(bare, program=program)
    after = {k: v for k, v in untouched(bare).items() if not k.startswith("packed")}
    assert after == before


def test_a_bare_repository_with_worktrees_is_guarded_from_one(
    tmp_path: Path, repo: GitRepo, told: Told, program: Path
) -> None:
    bare = tmp_path / "project.git"
    sh("git", "clone", "-q", "--bare", repo.top, bare)
    sh("git", "worktree", "add", "-q", "-b", "work", tmp_path / "work", cwd=bare)
    install(tmp_path / "work", program=program)
    GitRepo(tmp_path / "work").commit()
    assert told.who() == ["pre-commit"]


def test_an_armed_hook_of_ours_goes_too_and_another_stays(repo: GitRepo) -> None:
    install(repo.top)
    armed = repo.top / ".git/hooks/reference-transaction"
    shutil.copy(ROOT / "hooks/reference-transaction", armed)
    uninstall(repo.top)
    assert not armed.exists()
    put_hook(repo, "reference-transaction", "#!/bin/sh\nexit 0\n")
    install(repo.top)
    uninstall(repo.top)
    assert armed.read_text() == "#!/bin/sh\nexit 0\n"


def test_outside_a_repository(tmp_path: Path) -> None:
    done = tries(PROGRAM, "install", cwd=tmp_path)
    assert done.returncode == 64
    assert done.stdout == ""


def test_as_json(repo: GitRepo) -> None:
    told = json.loads(install(repo.top, "--format", "json"))
    assert (told["version"], told["action"]) == (1, "install")
    assert told["changes"][0] == {"path": ".git/hooks/pre-commit", "done": "written", "note": ""}
    told = json.loads(uninstall(repo.top, "--format", "json"))
    assert [each["done"] for each in told["changes"]] == ["removed"] * 3


def test_a_folder_that_cannot_be_written_is_said(repo: GitRepo) -> None:
    (repo.top / ".git/hooks").write_text("in the way")
    done = tries(PROGRAM, "install", cwd=repo.top)
    assert done.returncode == 69
    assert "hooks" in done.stderr
    assert "Traceback" not in done.stderr
