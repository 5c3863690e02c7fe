"""`migrations check` on real repositories: work tree, index, commits, and what is live."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.scan.kit import Ended, run, run_here
from tests.support.histories import text

from safeguards.cli.revisions.histories import Judged, judge_commit
from safeguards.errors import ConfigError
from safeguards.system import git

V = "b/m/versions/"
FILES = {
    "b/alembic.ini": "[alembic]\nscript_location = m\n",
    "b/m/env.py": "raise SystemExit('env.py was run')\n",
    "b/m/script.py.mako": "",
    f"{V}1.py": text("1") + "raise SystemExit('a migration was run')\n",
    f"{V}2.py": text("2", "1"),
}


def filled(repo: GitRepo) -> GitRepo:
    for path, content in FILES.items():
        repo.add(path, content)
    repo.commit("Begin")
    return repo


@pytest.fixture
def project(repo: GitRepo) -> GitRepo:
    """A repository with a right history of two revisions."""
    return filled(repo)


@pytest.fixture
def cloned(project: GitRepo, tmp_path: Path) -> GitRepo:
    """The same as a clone: origin/main is what is live."""
    project.git("clone", "-q", project.top, tmp_path / "clone")
    return GitRepo(tmp_path / "clone")


def check(repo: GitRepo, *options: str, cwd: str = "") -> Ended:
    return run_here("migrations", "check", "--format", "json", *options, cwd=repo.top / cwd)


def rules(repo: GitRepo, *options: str) -> list[tuple[str, str]]:
    return check(repo, *options).rules


def judge(repo: GitRepo, commit: str = "HEAD", *, before: str | None = None) -> Judged:
    repository = git.require(repo.top)
    return judge_commit(repository, repository.resolve(commit), before=before)


def test_a_right_history_in_any_format(any_repo: GitRepo) -> None:
    project = filled(any_repo)
    for options in ((), ("--staged",), ("--commit", "HEAD")):
        ended = check(project, *options)
        assert (ended.code, ended.err) == (0, "")
        document = ended.document
        assert document.pop("duration_ms") >= 0
        assert document == {"version": 1, "files": 2, "revisions": 2, "findings": []}
        plain = run_here("migrations", "check", *options, cwd=project.top)
        assert (plain.code, plain.out, plain.err) == (0, "", "")
    told = run_here("migrations", "check", "-v", cwd=project.top).err
    assert told.startswith("1 Alembic environment, 2 revisions, ")


def test_two_heads_in_each_format(project: GitRepo) -> None:
    project.add(f"{V}3.py", text("3", "1"))
    ended = run("migrations", "check", cwd=project.top / "b")
    assert ended.code == 1
    assert ended.out == (
        "m/versions/3.py:2:1: SG201 error: 2 heads, 2 and 3: `alembic upgrade head` applies none"
        " of them\n"
        "    2 | down_revision = '1'\n"
        "      | ^\n"
        "    m/versions/2.py:2:1: head 2\n"
        "    2 | down_revision = '1'\n"
        "      | ^\n"
        '    help: Let it follow the other one: down_revision = "2" in b/m/versions/3.py; '
        'or: alembic merge -m "merge heads" 2 3\n'
        "1 error\n"
    )
    (finding,) = check(project).document["findings"]
    assert (finding["rule"], finding["name"], finding["path"], finding["line"]) == (
        *("SG201", "multiple-heads", f"{V}3.py", 2),
    )
    assert finding["url"] == "docs/rules/multiple-heads.md"
    annotated = run_here("migrations", "check", "--format", "github", cwd=project.top)
    assert annotated.out.startswith(f"::error file={V}3.py,line=2,col=1,endLine=2,title=SG201 ")


def test_the_index_and_not_the_work_tree(project: GitRepo) -> None:
    project.add(f"{V}3.py", text("3", "1"))
    project.write(f"{V}3.py", text("3", "2"))
    assert rules(project) == []
    assert rules(project, "--staged") == [(f"{V}3.py", "SG201")]
    assert rules(project, "--commit", "HEAD") == []


def test_a_commit_whatever_lies_about(project: GitRepo) -> None:
    project.add(f"{V}3.py", text("3", "1"))
    project.commit()
    project.git("rm", "-q", f"{V}3.py")
    assert rules(project, "--commit", "HEAD") == [(f"{V}3.py", "SG201")]
    assert rules(project) == []
    assert check(project, "--commit", "nothing").code == 64
    assert check(project, "--commit", "HEAD", "--staged").code == 64


def test_what_git_ignores_or_does_not_track(project: GitRepo) -> None:
    project.add(".gitignore", "0*.py\n")
    project.write(f"{V}03.py", text("3", "2"))
    project.write(f"{V}4.py", text("4", "3"))
    project.write(f"{V}__pycache__/x.py", "def (")
    for options in ((), ("--staged",)):
        findings = check(project, *options).document["findings"]
        assert [(f["path"], f["rule"], f["severity"]) for f in findings] == [
            (f"{V}03.py", "SG208", "error"),
            (f"{V}4.py", "SG208", "warning"),
        ]
    project.git("add", f"{V}4.py")
    staged = check(project, "--staged").document["findings"]
    assert [(f["rule"], f["help"]) for f in staged if f["path"] == f"{V}4.py"] == [
        ("SG202", "It may be b/m/versions/03.py, which is not in git.")
    ]
    project.git("add", "--force", f"{V}03.py")
    assert rules(project, "--staged") == []


def test_an_untracked_revision_alone_is_a_warning(project: GitRepo) -> None:
    project.write(f"{V}3.py", text("3", "2"))
    ended = check(project, "--staged")
    assert (ended.code, ended.rules) == (0, [(f"{V}3.py", "SG208")])


def test_an_ini_without_env(project: GitRepo) -> None:
    project.git("rm", "-q", "--cached", "b/m/env.py")
    assert rules(project, "--staged") == [("b/alembic.ini", "SG208")]
    assert rules(project) == []
    (project.top / "b/m/env.py").unlink()
    assert rules(project) == [("b/alembic.ini", "SG208")]
    project.git("add", "--all")
    project.commit()
    assert [f.rule for f in judge(project).findings] == ["SG208"]


def test_a_live_migration_was_edited(cloned: GitRepo) -> None:
    cloned.write(f"{V}2.py", text("2", "1").replace("pass", "x = 1"))
    assert rules(cloned) == [(f"{V}2.py", "SG207")]
    assert rules(cloned, "--staged") == []
    cloned.git("add", "--all")
    assert rules(cloned, "--staged") == [(f"{V}2.py", "SG207")]
    cloned.commit()
    assert rules(cloned, "--commit", "HEAD") == [(f"{V}2.py", "SG207")]
    cloned.write(f"{V}2.py", '"""Said."""\n' + text("2", "1"))
    assert rules(cloned) == []
    cloned.git("mv", f"{V}2.py", f"{V}two.py")
    assert rules(cloned) == []
    cloned.git("rm", "-q", "-f", f"{V}two.py")
    assert rules(cloned) == [(f"{V}2.py", "SG207")]


def test_line_ends_that_git_converts_are_no_edit(cloned: GitRepo) -> None:
    cloned.git("config", "core.autocrlf", "true")
    cloned.write(f"{V}2.py", text("2", "1").replace("\n", "\r\n"))
    assert rules(cloned) == []


def test_what_others_pushed_since_is_not_missed(project: GitRepo, cloned: GitRepo) -> None:
    project.add(f"{V}3.py", text("3", "2"))
    project.commit("Theirs")
    cloned.git("fetch", "-q")
    cloned.add(f"{V}4.py", text("4", "2"))
    assert rules(cloned, "--staged") == []
    cloned.commit("Ours")
    assert cloned.tries("merge", "--no-commit", "origin/main").returncode == 0
    assert rules(cloned, "--staged") == [(f"{V}4.py", "SG201")]
    (finding,) = check(cloned, "--staged").document["findings"]
    assert f'down_revision = "3" in {V}4.py' in finding["help"]


def test_what_others_edited_is_no_edit_of_the_merge(project: GitRepo, cloned: GitRepo) -> None:
    project.add(f"{V}2.py", text("2", "1", "y = 1"))
    project.commit("Theirs")
    cloned.add("note", "")
    cloned.commit("Ours")
    cloned.git("fetch", "-q")
    assert cloned.tries("merge", "--no-commit", "origin/main").returncode == 0
    assert rules(cloned, "--staged") == []


def test_another_remote_and_branch_by_the_settings(cloned: GitRepo) -> None:
    cloned.git("update-ref", "-d", "refs/remotes/origin/main")
    cloned.git("update-ref", "refs/remotes/prod/live", "HEAD")
    cloned.git("rm", "-q", f"{V}2.py")
    assert rules(cloned) == []
    cloned.write("safeguards.toml", '[push]\nremote = "prod"\nbranches = ["live", "main"]\n')
    assert rules(cloned) == [(f"{V}2.py", "SG207")]


def test_a_revision_of_another_branch_is_named(project: GitRepo) -> None:
    project.git("switch", "-q", "-c", "phone")
    project.add(f"{V}3.py", text("abc3", "2"))
    project.commit()
    project.git("switch", "-q", "main")
    project.add(f"{V}4.py", text("4", "abc3"))
    (finding,) = check(project).document["findings"]
    assert (finding["rule"], finding["help"]) == ("SG202", f"It is on branch phone, in {V}3.py.")
    project.commit("Add 4")
    project.git("branch", "-q", "-D", "phone")
    project.git("tag", "old", "HEAD")
    project.add(f"{V}5.py", text("abc5", "2"))
    project.commit("Add 5")
    project.git("rm", "-q", f"{V}5.py")
    project.commit("Drop 5")
    project.add(f"{V}4.py", text("4", "abc5"))
    (finding,) = check(project).document["findings"]
    assert finding["help"].endswith("Drop 5")


def test_ignores_of_every_kind(cloned: GitRepo) -> None:
    edited = text("2", "1", "x = 1")
    cloned.add(f"{V}2.py", edited.replace("'2'\n", "'2'  # safeguards: ignore[SG207] said\n", 1))
    assert rules(cloned) == []
    cloned.add(f"{V}2.py", edited)
    cloned.git("rm", "-q", f"{V}1.py")
    cloned.add(f"{V}1b.py", FILES[f"{V}1.py"])
    assert rules(cloned) == [(f"{V}2.py", "SG207")]
    for table in (
        '[scan]\nignore = ["SG207"]\n',
        f'[scan.per-file-ignores]\n"{V}*" = ["SG207"]\n',
        '[scan]\nexclude = ["b"]\n',
    ):
        cloned.write("safeguards.toml", table)
        ended = check(cloned)
        assert (ended.rules, ended.err) == ([], "")
    (cloned.top / "safeguards.toml").unlink()
    cloned.write("b/safeguards.toml", '[scan.per-file-ignores]\n"m/versions/2.py" = ["SG207"]\n')
    assert check(cloned, cwd="b").rules == []
    assert check(cloned, cwd="").rules == [(f"{V}2.py", "SG207")]


def test_an_ignore_that_ignores_nothing(project: GitRepo) -> None:
    lines = "revision = '2'  # safeguards: ignore[SG207, SG299, SG101]\ndown_revision = '1'\n"
    project.add(f"{V}2.py", lines + "def upgrade(): ...\n")
    findings = check(project).document["findings"]
    assert [(f["rule"], f["severity"], f["message"]) for f in findings] == [
        ("SG190", "warning", "this comment ignores SG207, but nothing is found here"),
        ("SG190", "warning", "this comment ignores SG299, which is no rule"),
    ]
    scanned = run_here("scan", "--format", "json", cwd=project.top).document["findings"]
    assert [f["message"] for f in scanned] == [
        "this comment ignores SG101, but nothing is found here"
    ]


def test_a_warning_becomes_an_error_when_asked(project: GitRepo) -> None:
    project.write(f"{V}3.py", text("3", "2"))
    project.write("safeguards.toml", '[scan]\nerror = ["SG208"]\n')
    assert check(project).code == 1


def test_settings_come_from_where_the_history_comes(project: GitRepo) -> None:
    project.add(f"{V}3.py", text("x" * 40, "2"))
    project.add("safeguards.toml", '[migrations]\ndialect = "sqlite"\n')
    project.commit()
    project.write("safeguards.toml", "")
    assert rules(project, "--commit", "HEAD") == []
    assert judge(project).findings == ()
    assert rules(project) == [(f"{V}3.py", "SG206")]
    (project.top / "safeguards.toml").unlink()
    project.write("pyproject.toml", '[tool.safeguards.migrations]\nconfig = "c.ini"\n')
    wrong = check(project)
    assert wrong.code == 78
    assert "there is no c.ini" in wrong.err


def test_a_project_without_git(tmp_path: Path, home: Path) -> None:
    for path, content in FILES.items():
        at = tmp_path / "plain" / path
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(content)
    top = tmp_path / "plain"
    (top / V / "3.py").write_text(text("3", "1"))
    assert run("migrations", "check", "--format", "json", cwd=top).rules == [(f"{V}3.py", "SG201")]
    assert run("migrations", "check", "--staged", cwd=top).code == 64


def test_nothing_to_judge(repo: GitRepo) -> None:
    repo.add("x.py", "x = 1\n")
    for options in ((), ("--staged",)):
        assert check(repo, *options).document["revisions"] == 0
    repo.commit()
    judged = judge(repo)
    assert (judged.graph, dict(judged.files), judged.findings) == (None, {}, ())


def test_what_the_gate_gets(project: GitRepo) -> None:
    judged = judge(project)
    assert judged.graph is not None
    assert judged.graph.heads == {"2"}
    assert judged.graph.missing({"1"}) == ("2",)
    assert sorted(judged.files) == [f"{V}1.py", f"{V}2.py"]
    assert judged.files[f"{V}2.py"] == text("2", "1").encode()
    project.write(f"{V}2.py", "def (")
    project.write("b/alembic.ini", "")
    assert judge(project).findings == ()


def test_the_gate_compares_with_what_the_remote_has(any_repo: GitRepo) -> None:
    project = filled(any_repo)
    before = project.git("rev-parse", "HEAD").strip()
    project.git("rm", "-q", f"{V}2.py")
    project.commit()
    assert [(f.place.path, f.rule) for f in judge(project, before=before).findings] == [
        (f"{V}2.py", "SG207")
    ]
    assert judge(project).findings == ()
    unknown = judge(project, before="1" * len(before)).findings
    assert [(f.rule, f.severity) for f in unknown] == [("SG207", "warning")]
    project.git("rm", "-q", "-r", "b")
    project.commit("Move out")
    (gone,) = judge(project, before=before).findings
    assert (gone.place.path, gone.message) == (
        "b/alembic.ini",
        "all 2 live revisions are gone from b/m",
    )


def test_a_wrong_configuration_in_the_commit_is_an_error_of_its_own(project: GitRepo) -> None:
    project.add("safeguards.toml", "[scan]\nignoer = []\n")
    project.commit()
    with pytest.raises(ConfigError, match="ignoer"):
        judge(project)


def test_a_history_that_moved_with_its_ini(project: GitRepo) -> None:
    before = project.git("rev-parse", "HEAD").strip()
    project.git("mv", "b", "backend")
    project.commit()
    assert judge(project, before=before).findings == ()


def test_links_inside_the_repository(project: GitRepo) -> None:
    (project.top / "linked").symlink_to("b/m")
    (project.top / "everything").symlink_to("/")
    (project.top / "itself").symlink_to(".")
    (project.top / V / "3.py").symlink_to("../../shared.py")
    project.write("b/shared.py", text("3", "2"))
    project.write("c/alembic.ini", "[alembic]\nscript_location = ../linked\n")
    project.git("add", "--all")
    project.commit()
    for options in ((), ("--staged",), ("--commit", "HEAD")):
        ended = check(project, *options)
        assert ended.rules == []
        assert ended.document["revisions"] == 6


def test_an_unresolved_conflict_in_the_index(project: GitRepo) -> None:
    project.git("switch", "-q", "-c", "other")
    project.add(f"{V}3.py", text("3", "2"))
    project.commit()
    project.git("switch", "-q", "main")
    project.add(f"{V}3.py", text("3", "1"))
    project.commit()
    assert project.tries("merge", "other").returncode == 1
    (staged,) = check(project, "--staged").document["findings"]
    assert (staged["rule"], staged["path"]) == ("SG205", f"{V}3.py")
    (there,) = check(project).document["findings"]
    assert there["message"] == "cannot be parsed: a conflict of git is left in it"


def test_odd_names_and_odd_contents(project: GitRepo) -> None:
    odd = os.fsdecode(b"b/m/versions/\xff \"'\x1b[31m.py")
    project.add(odd, text("3\x1b[31m\n", "2"))
    project.add(f"{V}--help.py", text("4", "3\x1b[31m\n"))
    project.add(f"{V}big.py", b"#" * (6 * 1024 * 1024))
    project.add("c/alembic.ini", b"\xff\xfe\x00")
    project.commit()
    ended = check(project, "--commit", "HEAD")
    assert ended.code == 1
    assert ended.err == ""
    assert [rule for _, rule in ended.rules] == ["SG205", "SG205"]
    told = run_here("migrations", "check", cwd=project.top)
    assert told.code == 1
    assert "\x1b" not in told.out


def test_a_shallow_clone_and_a_first_commit(project: GitRepo, tmp_path: Path) -> None:
    project.add(f"{V}3.py", text("3", "2"))
    project.commit()
    url = f"file://{project.top}"
    project.git("clone", "-q", "--depth", "1", url, tmp_path / "shallow")
    shallow = GitRepo(tmp_path / "shallow")
    shallow.git("rm", "-q", f"{V}3.py")
    assert rules(shallow) == [(f"{V}3.py", "SG207")]
    fresh = GitRepo.init(tmp_path / "fresh")
    for path, content in FILES.items():
        fresh.add(path, content)
    assert rules(fresh, "--staged") == []


def test_a_linked_worktree_and_a_bare_repository(project: GitRepo, tmp_path: Path) -> None:
    project.git("worktree", "add", "-q", tmp_path / "linked")
    linked = GitRepo(tmp_path / "linked")
    linked.add(f"{V}3.py", text("3", "1"))
    assert rules(linked, "--staged") == [(f"{V}3.py", "SG201")]
    assert rules(project, "--staged") == []
    project.git("clone", "-q", "--bare", project.top, tmp_path / "bare")
    bare = GitRepo(tmp_path / "bare")
    assert judge(bare, "main").findings == ()
    assert json.loads(check(bare, "--commit", "main").out)["revisions"] == 2


def test_a_damaged_cache_and_a_second_run(project: GitRepo) -> None:
    project.add(f"{V}3.py", text("3", "1"))
    first = check(project).rules
    kept = project.top / ".git/safeguards/cache/history"
    assert kept.exists()
    assert check(project).rules == first
    kept.write_bytes(b"safeguards cache 1\n" + bytes(100))
    assert check(project).rules == first
