"""What the scanner is given, from real folders, indexes and commits."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo

from safeguards.errors import InternalError, UsageError
from safeguards.system.committed import collect_commit, collect_index
from safeguards.system.project import Project, locate, locate_committed
from safeguards.system.source_files import MAX_SOURCE
from safeguards.system.sources import Collected, judged
from safeguards.system.work_tree import MOST_FOLDERS, collect_work_tree


def tree(top: Path, files: Mapping[str, str]) -> Path:
    for name, content in files.items():
        at = top / name
        at.parent.mkdir(parents=True, exist_ok=True)
        at.write_text(content)
    return top


def work(cwd: Path, *paths: str) -> tuple[Project, Collected]:
    project = locate(cwd, paths)
    return project, collect_work_tree(project)


def test_work_tree_is_what_git_does_not_ignore(repo: GitRepo) -> None:
    repo.add(".gitignore", "build/\n*_local.py\n")
    repo.add("kept.py", "a")
    repo.add("changed.py", "a")
    repo.add("deleted.py", "a")
    repo.add("notes.txt", "a")
    repo.write("changed.py", "b")
    repo.write("new.py", "n")
    repo.write("build/generated.py", "g")
    repo.write("settings_local.py", "s")
    (repo.top / "deleted.py").unlink()
    project, read = work(repo.top)
    assert read == Collected({"changed.py": b"b", "kept.py": b"a", "new.py": b"n"}, {})
    assert judged(project, read) is None


def test_ignored_files_are_read_where_they_are_named(repo: GitRepo) -> None:
    repo.add(".gitignore", "build/\nlocal.py\n")
    repo.add("kept.py")
    repo.write("build/generated.py", "g")
    repo.write("local.py", "l")
    project, read = work(repo.top, "build", "local.py")
    assert set(read.files) == {"kept.py", "build/generated.py", "local.py"}
    assert judged(project, read) == {"build/generated.py", "local.py"}


def test_paths_limit_what_is_judged_not_what_is_read(repo: GitRepo) -> None:
    repo.add("app/a.py")
    repo.add("app/b.py")
    repo.add("lib/c.py")
    project, read = work(repo.top / "app", "a.py", "../lib")
    assert project.top == repo.top.resolve()
    assert set(read.files) == {"app/a.py", "app/b.py", "lib/c.py"}
    assert judged(project, read) == {"app/a.py", "lib/c.py"}
    assert [project.display(path) for path in sorted(read.files)] == ["a.py", "b.py", "../lib/c.py"]
    everything = locate(repo.top / "app", [".."])
    assert judged(everything, read) is None


def test_include_and_exclude(repo: GitRepo) -> None:
    for name in ("app/a.py", "app/gen/b.py", "lib/c.py"):
        repo.add(name)
    project, read = work(repo.top)
    assert judged(project, read, include=["app"]) == {"app/a.py", "app/gen/b.py"}
    assert judged(project, read, include=["app"], exclude=["**/gen/**"]) == {"app/a.py"}
    assert judged(project, read, exclude=["**/gen/**"]) == {"app/a.py", "lib/c.py"}
    named, _ = work(repo.top, "lib", "app/gen/b.py")
    assert judged(named, read, include=["app"], exclude=["**/gen/**", "lib"]) == {"app/gen/b.py"}


@pytest.mark.parametrize("path", ["missing", "missing.py", "app/missing.py", "app/a.py/b.py"])
def test_a_path_that_is_not_there(repo: GitRepo, path: str) -> None:
    repo.add("app/a.py")
    with pytest.raises(UsageError, match="no such file or folder") as caught:
        locate(repo.top, [path])
    assert path in caught.value.message


def test_a_path_in_another_repository_is_about_that_one(repo: GitRepo, tmp_path: Path) -> None:
    other = GitRepo.init(tmp_path / "other")
    other.add("app/a.py", "a")
    other.add("b.py", "b")
    repo.add("here.py")
    project, read = work(repo.top, str(other.top / "app"))
    assert project.top == other.top.resolve()
    assert set(read.files) == {"app/a.py", "b.py"}
    assert project.display("app/a.py") == "../other/app/a.py"


def test_a_path_outside_any_repository(repo: GitRepo, tmp_path: Path) -> None:
    tree(tmp_path / "plain", {"pkg/__init__.py": "", "pkg/a.py": "", "pkg/b.py": "", "c.py": ""})
    repo.add("here.py")
    project, read = work(repo.top, "../plain/pkg/a.py")
    assert project.repository is None
    assert judged(project, read) == {"pkg/a.py"}
    assert set(read.files) == {"pkg/__init__.py", "pkg/a.py", "pkg/b.py", "c.py"}
    assert project.display("pkg/a.py") == "../plain/pkg/a.py"


def test_paths_in_two_projects_at_once(repo: GitRepo, tmp_path: Path) -> None:
    tree(tmp_path / "plain", {"a.py": ""})
    repo.add("here.py")
    project, read = work(repo.top, "here.py", "../plain")
    shown = {project.display(path) for path in judged(project, read) or ()}
    assert shown == {"here.py", "../plain/a.py"}


def test_without_git_the_folder_is_walked(tmp_path: Path) -> None:
    top = tree(
        tmp_path / "plain",
        {
            "a.py": "a",
            "pkg/b.py": "b",
            ".hidden/c.py": "",
            ".d.py": "",
            "node_modules/e.py": "",
            "pkg/__pycache__/f.py": "",
            "env/pyvenv.cfg": "",
            "env/lib/g.py": "",
            "notes.txt": "",
        },
    )
    project, read = work(top)
    assert project.repository is None
    assert read == Collected({"a.py": b"a", "pkg/b.py": b"b"}, {})


def test_without_git_the_current_folder_is_read_beside_the_named_file(tmp_path: Path) -> None:
    top = tree(tmp_path / "plain", {"a.py": "", "b.py": "", "pkg/c.py": ""})
    project, read = work(top, "a.py")
    assert set(read.files) == {"a.py", "b.py", "pkg/c.py"}
    assert judged(project, read) == {"a.py"}


def test_without_git_a_marker_makes_a_project(tmp_path: Path) -> None:
    top = tree(
        tmp_path / "plain",
        {"proj/pyproject.toml": "", "proj/app/a.py": "", "proj/lib/b.py": "", "other/c.py": ""},
    )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    _, read = work(elsewhere, str(top / "proj/app"))
    assert set(read.files) == {"app/a.py", "lib/b.py"}


INSTALLED = {
    "app/__init__.py": "",
    "app/models/a.py": "",
    "App-1.0.dist-info/METADATA": (
        "Name: App\nRequires-Dist: base_models>=1\nRequires-Dist: outside\nRequires-Dist: plain\n"
        "Requires-Dist: SQLAlchemy (>=2)\nRequires-Dist: unused; extra == 'more'\n"
    ),
    "App-1.0.dist-info/top_level.txt": "app\n",
    "base/__init__.py": "",
    "Base.Models-2.dist-info/METADATA": "Name: Base.Models\nRequires-Dist: orm-tools[x]; a=='b'\n",
    "Base.Models-2.dist-info/RECORD": "base/__init__.py,,\nbase/data.txt,,\n../../bin/base.py,,\n",
    "tools.py": "",
    "orm_tools-3.dist-info/METADATA": "Name: orm_tools\nRequires-Dist: sqlalchemy\n",
    "orm_tools-3.dist-info/RECORD": "tools.py,,\norm_tools-3.dist-info/METADATA,,\n",
    "sqlalchemy/__init__.py": "",
    "SQLAlchemy-2.0.1.dist-info/METADATA": "Name: SQLAlchemy\nRequires-Dist: plain\n",
    "SQLAlchemy-2.0.1.dist-info/top_level.txt": "sqlalchemy\n",
    "plain/__init__.py": "",
    "plain-1.dist-info/METADATA": "Name: plain\n",
    "plain-1.dist-info/top_level.txt": "plain\n",
    "unused/__init__.py": "",
    "unused-1.dist-info/METADATA": "Name: unused\nRequires-Dist: sqlalchemy\n",
    "unused-1.dist-info/top_level.txt": "unused\n",
    "broken-1.dist-info/RECORD": "\0",
    "outside-1.dist-info/METADATA": "Name: outside\nRequires-Dist: sqlalchemy\n",
    "outside-1.dist-info/top_level.txt": "../../outside\n",
}


@pytest.mark.parametrize("here", ["", "lib/site-packages", "lib/site-packages/app"])
def test_an_installed_package_is_read_with_those_that_its_models_stand_on(
    tmp_path: Path, here: str
) -> None:
    files = {f"lib/site-packages/{name}": text for name, text in INSTALLED.items()}
    top = tree(tmp_path / "venv", files)
    project, read = work(top / here, str(top / "lib/site-packages/app/models"))
    wanted = {"app/__init__.py", "app/models/a.py", "base/__init__.py", "tools.py"}
    packages = top / "lib/site-packages"
    assert {project.top / path for path in read.files} == {packages / path for path in wanted}
    assert judged(project, read) == {
        (packages / "app/models/a.py").relative_to(project.top).as_posix()
    }


def test_an_installed_package_below_a_repository(repo: GitRepo) -> None:
    repo.add(".gitignore", ".venv/\n")
    repo.add("kept.py")
    tree(repo.top / ".venv/site-packages", INSTALLED)
    _, read = work(repo.top, ".venv/site-packages/app")
    below = {path.partition("site-packages/")[2] for path in read.files if path != "kept.py"}
    assert below == {"app/__init__.py", "app/models/a.py", "base/__init__.py", "tools.py"}


def test_an_installed_package_without_metadata_is_read_alone(tmp_path: Path) -> None:
    files = {"app/__init__.py": "", "app/a.py": "", "other/__init__.py": ""}
    top = tree(tmp_path / "site-packages", files)
    _, read = work(top, "app/a.py")
    assert set(read.files) == {"app/__init__.py", "app/a.py"}


def test_a_huge_current_folder_is_not_a_project(tmp_path: Path) -> None:
    top = tree(tmp_path / "huge", {"app/__init__.py": "", "app/a.py": "", "other/b.py": ""})
    for number in range(MOST_FOLDERS):
        (top / f"folder{number}").mkdir()
    _, read = work(top, "app/a.py")
    assert set(read.files) == {"app/__init__.py", "app/a.py"}
    _, everything = work(top)
    assert "other/b.py" in everything.files


def test_loops_of_links_end(repo: GitRepo, tmp_path: Path) -> None:
    for top in (repo.top, tmp_path / "plain"):
        tree(top, {"pkg/a.py": "a"})
        (top / "pkg" / "again").symlink_to(top)
        (top / "loop.py").symlink_to("pool.py")
        (top / "pool.py").symlink_to("loop.py")
        (top / "self").symlink_to("self")
        _, read = work(top)
        assert set(read.files) == {"pkg/a.py"}
        assert set(read.unreadable) == {"loop.py", "pool.py"}
        assert "symbolic links" in read.unreadable["loop.py"]


def test_a_linked_file_is_read_once(repo: GitRepo) -> None:
    repo.add("a.py", "a")
    repo.add("template", "t")
    for link, target in (
        ("double.py", "a.py"),
        ("lib/from_template.py", "../template"),
        ("dangling.py", "nowhere.py"),
        ("folder.py", "lib"),
        ("outside.py", "/dev/null"),
        (".#a.py", "user@host:1"),
    ):
        (repo.top / link).parent.mkdir(exist_ok=True)
        (repo.top / link).symlink_to(target)
        repo.git("add", link)
    commit = repo.commit()
    expected = {"a.py": b"a", "lib/from_template.py": b"t"}
    _, read = work(repo.top)
    assert read == Collected(expected, {"outside.py": "not a regular file"})
    project = locate_committed(repo.top, [])
    assert collect_index(project) == Collected(expected, {})
    assert collect_commit(project, commit) == Collected(expected, {})


def test_a_loop_of_links_in_the_index(repo: GitRepo) -> None:
    (repo.top / "loop.py").symlink_to("pool.py")
    (repo.top / "pool.py").symlink_to("./loop.py")
    repo.git("add", "-A")
    read = collect_index(locate_committed(repo.top, []))
    assert not read.files
    assert set(read.unreadable) == {"loop.py", "pool.py"}


def test_pipes_and_huge_files_are_not_read(repo: GitRepo) -> None:
    os.mkfifo(repo.top / "pipe.py")
    repo.add("huge.py", b"#" * (MAX_SOURCE + 1))
    repo.add("large.py", b"#" * MAX_SOURCE)
    project, read = work(repo.top, "pipe.py", "huge.py", "large.py")
    assert set(read.files) == {"large.py"}
    assert read.unreadable["pipe.py"] == "not a regular file"
    assert f"{MAX_SOURCE + 1} bytes" in read.unreadable["huge.py"]
    staged = collect_index(locate_committed(repo.top, []))
    assert set(staged.files) == {"large.py"}
    assert staged.unreadable["huge.py"] == read.unreadable["huge.py"]
    assert judged(project, read) == {"pipe.py", "huge.py", "large.py"}


WITHOUT_PRIVILEGE = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"]


def test_closed_files_and_folders_are_named(tmp_path: Path) -> None:
    top = tree(tmp_path / "plain", {"open.py": "", "closed.py": "", "closed/a.py": ""})
    (top / "closed.py").chmod(0)
    (top / "closed").chmod(0)
    script = (
        "from pathlib import Path\n"
        "from safeguards.system.project import locate\n"
        "from safeguards.system.work_tree import collect_work_tree\n"
        "read = collect_work_tree(locate(Path.cwd(), []))\n"
        "print(dict(read.files), dict(sorted(read.unreadable.items())))\n"
    )
    drop = WITHOUT_PRIVILEGE if os.geteuid() == 0 else []
    try:
        done = subprocess.run(
            [*drop, sys.executable, "-c", script],
            cwd=top,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
    finally:
        (top / "closed").chmod(0o755)
    reason = "'Permission denied'"
    assert done.stdout == f"{{'open.py': b''}} {{'closed': {reason}, 'closed.py': {reason}}}\n", (
        done
    )


def test_the_index_is_read_and_the_work_tree_is_not(repo: GitRepo) -> None:
    repo.add("staged_bad.py", "bad")
    repo.add("staged_good.py", "good")
    repo.add("gone_from_disk.py", "still staged")
    repo.write("staged_bad.py", "good")
    repo.write("staged_good.py", "bad")
    repo.write("untracked.py", "u")
    (repo.top / "gone_from_disk.py").unlink()
    read = collect_index(locate_committed(repo.top, []))
    assert read == Collected(
        {
            "gone_from_disk.py": b"still staged",
            "staged_bad.py": b"bad",
            "staged_good.py": b"good",
        },
        {},
    )


def test_a_commit_is_read_and_the_index_is_not(repo: GitRepo) -> None:
    repo.add("a.py", "1")
    first = repo.commit()
    repo.add("a.py", "2")
    repo.add("b.py", "2")
    repo.commit()
    repo.add("a.py", "3")
    project = locate_committed(repo.top, ["a.py"])
    assert collect_commit(project, first).files == {"a.py": b"1"}
    assert collect_commit(project, "HEAD").files == {"a.py": b"2", "b.py": b"2"}
    with pytest.raises(UsageError, match="names no commit"):
        collect_commit(project, "nowhere")


def test_a_conflict_is_not_readable(repo: GitRepo) -> None:
    repo.add("a.py", "0")
    repo.commit()
    repo.git("switch", "-q", "-c", "other")
    repo.add("a.py", "1")
    repo.commit()
    repo.git("switch", "-q", "main")
    repo.add("a.py", "2")
    repo.commit()
    repo.tries("merge", "-q", "other")
    project = locate_committed(repo.top, ["a.py"])
    read = collect_index(project)
    assert not read.files
    assert "merge conflict" in read.unreadable["a.py"]
    assert judged(project, read) == {"a.py"}


def test_paths_of_the_index_need_not_be_on_disk(repo: GitRepo) -> None:
    repo.add("app/a.py")
    repo.commit()
    (repo.top / "app" / "a.py").unlink()
    project = locate_committed(repo.top, ["app"])
    assert judged(project, collect_index(project)) == {"app/a.py"}
    repo.write("new.py")
    unstaged = locate_committed(repo.top, ["new.py"])
    with pytest.raises(UsageError, match=r"in the index: new\.py"):
        collect_index(unstaged)
    with pytest.raises(UsageError, match=r"in commit HEAD: new\.py"):
        collect_commit(unstaged, "HEAD")


def test_the_index_of_a_path_outside_the_repository(repo: GitRepo) -> None:
    with pytest.raises(UsageError, match="lies outside the repository"):
        locate_committed(repo.top, [".."])


def test_the_index_needs_a_repository(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="in no git repository"):
        locate_committed(tmp_path, [])
    with pytest.raises(InternalError):
        collect_index(locate(tmp_path, []))


def test_odd_names_are_keys_and_files(repo: GitRepo) -> None:
    names = ['quote".py', "two\nlines.py", "-dash.py", os.fsdecode(b"latin-\xe9.py")]
    for name in names:
        repo.add(name, "x")
    expected = dict.fromkeys(names, b"x")
    assert work(repo.top)[1].files == expected
    assert collect_index(locate_committed(repo.top, [])).files == expected
    project = locate(repo.top, names)
    assert judged(project, collect_work_tree(project)) == set(names)
