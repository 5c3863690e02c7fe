"""Which files are read, which are judged, and what wrong calls and settings answer."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.scan.kit import (
    BROKEN,
    CLEAN,
    FAULTS,
    FOUND,
    ONE_KEY,
    TWO_KEYS,
    WARNED,
    scan,
    scan_json,
    write,
)


def test_a_clean_scan_prints_nothing(repo: GitRepo, plain: Path) -> None:
    for top in (repo.top, plain):
        write(top, CLEAN)
        for form in ("text", "github"):
            ended = scan("--format", form, cwd=top)
            assert (ended.code, ended.out, ended.err) == (0, "", "")


@pytest.mark.parametrize(
    ("argv", "found"),
    [
        ([], FOUND),
        (["."], FOUND),
        (["shop"], FOUND),
        (["shop/user.py"], FOUND),
        (["shop/user.py", "shop/post.py"], FOUND),
        (["shop/post.py"], []),
        (["shop/base.py"], []),
    ],
)
def test_paths_limit_what_is_judged_not_what_is_read(
    repo: GitRepo, plain: Path, argv: list[str], found: list[tuple[str, str]]
) -> None:
    for top in (repo.top, plain):
        write(top, BROKEN)
        ended = scan_json(*argv, cwd=top)
        assert (ended.rules, ended.code) == (found, 1 if found else 0)


def test_counts_are_of_what_was_judged(repo: GitRepo) -> None:
    write(repo.top, BROKEN)
    names = ("files", "models", "relationships")
    whole, part = (scan_json(*argv, cwd=repo.top).document for argv in ([], ["shop/post.py"]))
    assert [whole[name] for name in names] == [4, 2, 1]
    assert [part[name] for name in names] == [1, 1, 0]


def test_paths_are_printed_from_the_current_folder(repo: GitRepo) -> None:
    write(repo.top, BROKEN)
    (repo.top / "docs").mkdir()
    assert scan_json(cwd=repo.top / "shop").rules == [("user.py", "SG101")]
    assert scan_json("../shop", cwd=repo.top / "docs").rules == [("../shop/user.py", "SG101")]
    assert scan("user.py", cwd=repo.top / "shop").out.startswith("user.py:9:35: SG101 error: ")


def test_a_path_in_another_repository_is_read_there(repo: GitRepo, tmp_path: Path) -> None:
    write(repo.top, CLEAN)
    other = GitRepo.init(tmp_path / "other")
    write(other.top, BROKEN)
    ended = scan_json(other.top, cwd=repo.top)
    assert ended.rules == [("../other/shop/user.py", "SG101")]


def test_a_path_outside_every_repository_is_read(repo: GitRepo, plain: Path) -> None:
    write(repo.top, CLEAN)
    write(plain, BROKEN)
    both = scan_json(plain, "shop", cwd=repo.top)
    assert (both.rules, both.code) == ([("../plain/shop/user.py", "SG101")], 1)


@pytest.mark.parametrize("flag", [["--staged"], ["--commit", "HEAD"]])
def test_a_path_outside_the_repository_has_no_index_and_no_commits(
    repo: GitRepo, plain: Path, flag: list[str]
) -> None:
    repo.add("a.py")
    repo.commit()
    ended = scan(*flag, plain, cwd=repo.top)
    assert (ended.code, ended.out) == (64, "")
    assert ended.err == (
        f"error: {plain} lies outside the repository {repo.top}\n"
        "hint: without --staged and --commit, a PATH may lie anywhere\n"
    )


def test_a_single_file_without_git_is_judged_with_its_package(plain: Path) -> None:
    write(plain, {f"src/{path}": text for path, text in BROKEN.items()})
    assert scan_json("src/shop/user.py", cwd=plain).rules == [("src/shop/user.py", "SG101")]
    assert scan_json("user.py", cwd=plain / "src" / "shop").rules == [("user.py", "SG101")]


USAGE = {
    "no such path": (["nowhere"], "no such file or folder: nowhere"),
    "no such path among others": (["shop", "a\x1bb"], "no such file or folder: a"),
    "both sources": (["--staged", "--commit", "HEAD"], "--staged and --commit exclude each other"),
    "no such commit": (["--commit", "nope"], "'nope' names no commit in "),
    "a commit like an option": (["--commit", "--output=x"], "'--output=x' names no commit in "),
    "not in the index": (["--staged", "shop/new.py"], "no such file or folder in the index: "),
    "not in the commit": (["--commit", "HEAD", "x.py"], "no such file or folder in commit HEAD: "),
    "no such option": (["--nope"], "No such option"),
    "no such format": (["--format", "yaml"], "Invalid value for '--format'"),
    "no such configuration": (["--config", "nope.toml"], "nope.toml: no such file"),
}


@pytest.mark.parametrize(("argv", "message"), USAGE.values(), ids=USAGE.keys())
def test_wrong_usage_is_64_and_says_what_to_do(
    repo: GitRepo, argv: list[str], message: str
) -> None:
    for path, text in CLEAN.items():
        repo.add(path, text)
    repo.commit()
    repo.write("shop/new.py")
    ended = scan(*argv, cwd=repo.top)
    assert ended.out == ""
    assert ended.code == (78 if "--config" in argv else 64)
    assert ended.err.startswith("error: ")
    assert message in ended.err
    assert "\nhint: " in ended.err


@pytest.mark.parametrize("flag", [["--staged"], ["--commit", "HEAD"]])
def test_without_git_there_is_no_index_and_no_commit(plain: Path, flag: list[str]) -> None:
    ended = scan(*flag, cwd=plain)
    assert (ended.code, ended.out) == (64, "")
    assert "hint: " in ended.err


def test_a_commit_is_judged_as_it_was(repo: GitRepo) -> None:
    for path, text in BROKEN.items():
        repo.add(path, text)
    broken = repo.commit("broken")
    repo.add("shop/post.py", ONE_KEY)
    repo.commit("fixed")
    repo.write("shop/post.py", TWO_KEYS)
    repo.write("shop/user.py", "not python (")
    judged = {rev: scan_json("--commit", rev, cwd=repo.top).rules for rev in (broken, "HEAD")}
    assert judged == {broken: FOUND, "HEAD": []}
    assert scan_json("--commit", "HEAD~1", "shop/user.py", cwd=repo.top).rules == FOUND
    assert scan_json("--commit", "HEAD~1", cwd=repo.top / "shop").rules == [("user.py", "SG101")]


def test_the_index_is_judged_not_the_work_tree(repo: GitRepo) -> None:
    for path, text in CLEAN.items():
        repo.add(path, text)
    repo.commit()
    repo.add("shop/post.py", TWO_KEYS)
    repo.write("shop/post.py", ONE_KEY)
    repo.write("shop/untracked.py", "not python (")
    assert scan_json("--staged", cwd=repo.top).rules == FOUND
    repo.git("rm", "-q", "--cached", "-f", "shop/post.py")
    assert scan_json("--staged", cwd=repo.top).rules == [("shop/user.py", "SG105")]


def test_the_index_of_a_repository_without_commits(repo: GitRepo) -> None:
    assert scan("--staged", cwd=repo.top).code == 0
    for path, text in BROKEN.items():
        repo.add(path, text)
    assert scan_json("--staged", cwd=repo.top).rules == FOUND


SILENT = '[tool.safeguards.scan]\nignore = ["SG101"]\n'


def test_the_configuration_is_read_from_where_the_code_is(repo: GitRepo) -> None:
    for path, text in BROKEN.items():
        repo.add(path, text)
    repo.commit("loud")
    repo.add("pyproject.toml", SILENT)
    repo.write("pyproject.toml", "[tool.safeguards")
    assert scan_json("--staged", cwd=repo.top).rules == []
    assert scan_json("--commit", "HEAD", cwd=repo.top).rules == FOUND
    assert scan(cwd=repo.top).code == 78
    repo.commit("silent")
    assert scan_json("--commit", "HEAD", cwd=repo.top).rules == []
    assert scan_json("--commit", "HEAD~1", cwd=repo.top).rules == FOUND


def test_a_named_configuration_counts_for_every_source(repo: GitRepo) -> None:
    for path, text in BROKEN.items():
        repo.add(path, text)
    repo.commit()
    repo.write("other.toml", 'ignore = ["SG101"]\n'.replace("ignore", "scan.ignore"))
    for flag in ([], ["--staged"], ["--commit", "HEAD"]):
        assert scan_json(*flag, "--config", "other.toml", cwd=repo.top).rules == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "[scan]\nignroe = []\n",
            'scan.ignroe: unknown key; did you mean "ignore"?',
        ),
        ("[scan]\nignore = 1\n", "scan.ignore: "),
        ("[scan\n", "not valid TOML: "),
        ('[scan]\npaths = ["no/such"]\n', "scan.paths: no Python file lies in"),
        ('[scan]\nsqlalchemy = "0.9"\n', "scan.sqlalchemy: "),
        ("\0", "not valid"),
    ],
)
def test_wrong_configuration_is_78(repo: GitRepo, text: str, message: str) -> None:
    write(repo.top, {**CLEAN, "safeguards.toml": text})
    ended = scan(cwd=repo.top)
    assert (ended.code, ended.out) == (78, "")
    assert ended.err.startswith("error: ")
    assert f"safeguards.toml: {message}" in ended.err
    assert "\nhint: " in ended.err


def test_a_production_that_is_not_configured_here_never_stops_a_scan(repo: GitRepo) -> None:
    settings = (
        '[targets.production]\nruntime = "docker"\ncontainers = ["db"]\n'
        'docker-host = "env:NOWHERE_SET"\n'
        '[targets.production.database]\nurl = "env:ALSO_NOT_SET"\n'
        '[notify]\nwebhook = "file:/no/such/file"\n'
    )
    write(repo.top, {**CLEAN, "safeguards.toml": settings})
    ended = scan(cwd=repo.top)
    assert (ended.code, ended.out, ended.err) == (0, "", "")


SETTINGS = {
    "paths": ('paths = ["shop/post.py"]', []),
    "exclude": ('exclude = ["**/user.py"]', []),
    "ignore": ('ignore = ["SG101"]', []),
    "per file": ('per-file-ignores = { "shop/*" = ["SG101"] }', []),
    "per another file": ('per-file-ignores = { "tests/*" = ["SG101"] }', FOUND),
    "source roots": ('source-roots = ["shop"]', FOUND),
}


@pytest.mark.parametrize(("setting", "found"), SETTINGS.values(), ids=SETTINGS.keys())
def test_settings(repo: GitRepo, setting: str, found: list[tuple[str, str]]) -> None:
    write(repo.top, {**BROKEN, "pyproject.toml": f"[tool.safeguards.scan]\n{setting}\n"})
    assert scan_json(cwd=repo.top).rules == found


@pytest.mark.parametrize(
    ("setting", "key"),
    [
        ('ignore = ["SG105", "SG191"]', "scan.ignore"),
        ('error = ["SG191"]', "scan.error"),
        ('per-file-ignores = { "shop/*" = ["SG191"] }', 'scan.per-file-ignores."shop/*"'),
    ],
)
def test_a_code_that_is_no_rule_is_told_and_stops_nothing(
    repo: GitRepo, setting: str, key: str
) -> None:
    write(repo.top, {**BROKEN, "pyproject.toml": f"[tool.safeguards.scan]\n{setting}\n"})
    ended = scan_json(cwd=repo.top)
    assert (ended.code, ended.rules) == (1, FOUND)
    assert f"{key}: there is no rule SG191; did you mean SG1" in ended.err
    assert "pyproject.toml: " in ended.err


def test_a_code_that_is_a_rule_is_not_told(repo: GitRepo) -> None:
    codes = '["SG101", "SG190", "SG198"]'
    write(repo.top, {**BROKEN, "safeguards.toml": f"[scan]\nignore = {codes}\nerror = {codes}\n"})
    assert scan_json(cwd=repo.top).err == ""


def test_settings_are_relative_to_their_own_file(repo: GitRepo) -> None:
    write(repo.top, {f"backend/{path}": text for path, text in BROKEN.items()})
    write(repo.top, {"backend/safeguards.toml": '[scan]\nexclude = ["shop/user.py"]\n'})
    assert scan_json(cwd=repo.top / "backend").rules == []
    assert scan_json(cwd=repo.top).rules == [("backend/shop/user.py", "SG101")]


@pytest.mark.parametrize(
    ("argv", "settings", "code"),
    [
        ([], "", 0),
        (["--strict"], "", 1),
        ([], 'error = ["SG110"]', 1),
        ([], 'error = ["SG101"]', 0),
    ],
)
def test_warnings_pass_until_they_are_errors(
    repo: GitRepo, argv: list[str], settings: str, code: int
) -> None:
    write(repo.top, {**WARNED, "pyproject.toml": f"[tool.safeguards.scan]\n{settings}\n"})
    ended = scan_json(*argv, cwd=repo.top)
    assert (ended.code, ended.rules) == (code, [("shop/node.py", "SG110")])


def test_an_empty_repository_and_one_without_models_are_clean(repo: GitRepo) -> None:
    names = ("files", "models", "relationships", "undecided")
    for files, count in (({}, 0), ({"README.md": "# x"}, 0), ({"a.py": "", "b.py": "x = 1"}, 2)):
        write(repo.top, files)
        ended = scan_json(cwd=repo.top)
        assert (ended.code, ended.err) == (0, "")
        assert [ended.document[name] for name in names] == [count, 0, 0, 0]


def test_what_git_ignores_is_read_only_when_it_is_named(repo: GitRepo) -> None:
    write(repo.top, {**FAULTS, ".gitignore": "app/\n"})
    assert scan(cwd=repo.top).code == 0
    assert scan("app", cwd=repo.top).code == 1
