"""The folder that git takes hooks from may be any, and whoever else has it keeps what is theirs."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.install.kit import (
    PROGRAM,
    Told,
    earlier_hook,
    everything,
    install,
    tries,
    uninstall,
)

from safeguards.cli.installing import missing_hooks
from safeguards.system import git


def lost(repo: GitRepo) -> list[str]:
    return [str(each) for each in missing_hooks(git.require(repo.top))]


def test_a_folder_elsewhere(repo: GitRepo, told: Told, program: Path, tmp_path: Path) -> None:
    folder = tmp_path / "my hooks"
    folder.mkdir()
    earlier = folder / "pre-commit"
    earlier.write_text(earlier_hook(told, "earlier"))
    earlier.chmod(0o755)
    repo.git("config", "core.hooksPath", folder)
    before = everything(folder)
    install(repo.top, program=program)
    repo.commit()
    assert told.who() == ["earlier", "pre-commit"]
    assert not (repo.top / ".git/hooks").exists()
    uninstall(repo.top, program=program)
    assert everything(folder) == before


def test_a_folder_in_the_work_tree_stays_out_of_the_status(
    repo: GitRepo, told: Told, program: Path
) -> None:
    repo.add("my hooks [x]/README", "ours")
    repo.commit("Keep hooks")
    exclude = repo.write(".git/info/exclude", "*.log\n")
    repo.git("config", "core.hooksPath", "my hooks [x]")
    install(repo.top, program=program)
    assert repo.git("status", "--porcelain") == ""
    install(repo.top, program=program)
    repo.commit()
    assert told.who() == ["pre-commit"]
    uninstall(repo.top, program=program)
    assert exclude.read_text() == "*.log\n"
    assert sorted(p.name for p in (repo.top / "my hooks [x]").iterdir()) == ["README"]


def test_a_tracked_hook_gets_no_path_of_this_machine(
    repo: GitRepo, told: Told, program: Path
) -> None:
    hook = repo.write(".githooks/pre-commit", earlier_hook(told, "team"))
    hook.chmod(0o755)
    repo.git("add", "--all")
    repo.commit("Share a hook")
    repo.git("config", "core.hooksPath", ".githooks")
    said = install(repo.top, program=program, ok=(1,))
    line = 'safeguards hook pre-commit "$@" || exit'
    assert ".githooks/pre-commit: refused; git tracks it" in said
    assert line in said
    assert ".githooks/pre-push: written" in said
    assert repo.git("status", "--porcelain") == ""
    assert lost(repo) == ["pre-commit: another program has written over it"]
    hook.write_text(hook.read_text().replace('exit "$', f'{line}\nexit "$'))
    assert "unchanged; git tracks it, and it calls safeguards" in install(repo.top, program=program)
    assert lost(repo) == []
    uninstall(repo.top, program=program)
    assert sorted(p.name for p in hook.parent.iterdir()) == ["pre-commit"]


def test_a_folder_that_is_a_link_into_the_work_tree_is_no_place_to_write_over(
    repo: GitRepo, told: Told, program: Path
) -> None:
    hook = repo.write("tools/hooks/pre-commit", earlier_hook(told, "team"))
    hook.chmod(0o755)
    repo.git("add", "--all")
    repo.commit("Share a hook")
    (repo.top / ".git/hooks").symlink_to("../tools/hooks")
    install(repo.top, program=program, ok=(1,))
    assert repo.git("status", "--porcelain") == ""
    assert hook.read_text() == earlier_hook(told, "team")
    uninstall(repo.top, program=program)
    assert [path.name for path in hook.parent.iterdir()] == ["pre-commit"]


@pytest.mark.parametrize("value", ["/dev/null", "a-file"])
def test_where_git_runs_no_hooks_it_says_so(repo: GitRepo, value: str) -> None:
    repo.write("a-file")
    repo.git("config", "core.hooksPath", value)
    done = tries(PROGRAM, "install", cwd=repo.top)
    assert done.returncode == 69
    assert "is no folder: git runs no hooks here" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_folder_for_all_repositories_is_said(
    repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = tmp_path / "gitconfig"
    settings.write_text(f"[core]\n\thooksPath = {tmp_path / 'everywhere'}\n")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    assert "the global configuration: other repositories run these" in install(repo.top)
    assert (tmp_path / "everywhere/pre-push").exists()
    uninstall(repo.top)
    assert not (tmp_path / "everywhere").exists()


def test_a_folder_that_git_left_is_named_and_cleaned(repo: GitRepo, tmp_path: Path) -> None:
    install(repo.top)
    assert lost(repo) == []
    repo.git("config", "core.hooksPath", tmp_path / "new")
    assert [line.partition(";")[0] for line in lost(repo)] == [
        f"{name}: git takes its hooks from {tmp_path / 'new'} now"
        for name in ("pre-commit", "pre-push", "post-push")
    ]
    install(repo.top)
    assert lost(repo) == []
    uninstall(repo.top)
    assert not (tmp_path / "new").exists()
    assert not (repo.top / ".git/hooks").exists()


def test_what_is_gone_is_named(repo: GitRepo, program: Path) -> None:
    install(repo.top, program=program)
    hooks = repo.top / ".git/hooks"
    (hooks / "pre-commit").unlink()
    (hooks / "pre-push").chmod(0o644)
    assert lost(repo) == ["pre-commit: it was removed", "pre-push: it is not executable"]
    install(repo.top, program=program)
    assert lost(repo) == []
    program.unlink()
    assert lost(repo) == [
        f"{name}: its program is gone: {program}"
        for name in ("pre-commit", "pre-push", "post-push")
    ]


def test_where_nothing_was_installed_nothing_is_missing(repo: GitRepo) -> None:
    assert lost(repo) == []
    install(repo.top)
    uninstall(repo.top)
    assert lost(repo) == []
