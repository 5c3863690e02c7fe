"""Adoption: what is known is hidden, what is new is shown, what was mended leaves the list."""

from __future__ import annotations

import json

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.scan.kit import BROKEN, CLEAN, FAULTS, NODE, run, scan, scan_json, write

FILE = "safeguards-baseline.json"


@pytest.fixture
def adopted(repo: GitRepo) -> GitRepo:
    """A project whose two findings are accepted."""
    write(repo.top, {**BROKEN, "shop/node.py": NODE})
    ended = scan("--write-baseline", cwd=repo.top)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == f"wrote {FILE}: 2 findings accepted; commit it\n"
    return repo


def test_the_file_is_readable_and_sorted(adopted: GitRepo) -> None:
    assert (adopted.top / FILE).read_text() == (
        '{\n  "version": 1,\n  "findings": [\n'
        '    {"path":"shop/node.py","rule":"SG110","model":"Node","relationship":"parent"},\n'
        '    {"path":"shop/user.py","rule":"SG101","model":"User","relationship":"posts"}\n'
        "  ]\n}\n"
    )
    before = (adopted.top / FILE).read_bytes()
    assert scan("--write-baseline", cwd=adopted.top / "shop").code == 0
    assert (adopted.top / FILE).read_bytes() == before


def test_what_is_known_is_not_shown_and_fails_nothing(adopted: GitRepo) -> None:
    ended = scan(cwd=adopted.top)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert scan("--strict", cwd=adopted.top).code == 0
    assert scan_json(cwd=adopted.top).document["known"] == 2
    assert ", 2 known, " in scan("-v", cwd=adopted.top).err


def test_it_survives_moved_lines_but_not_another_relationship(adopted: GitRepo) -> None:
    path = adopted.top / "shop" / "user.py"
    path.write_text(f"# one\n# two\n{path.read_text()}")
    assert scan(cwd=adopted.top).code == 0
    path.write_text(path.read_text().replace("posts:", "articles:"))
    found = scan_json(cwd=adopted.top)
    assert found.code == 1
    assert found.rules == [(FILE, "SG190"), ("shop/user.py", "SG101")]


def test_the_second_fault_of_the_same_kind_is_new(adopted: GitRepo) -> None:
    path = adopted.top / "shop" / "user.py"
    path.write_text(f'{path.read_text()}    more: Mapped[list["Post"]] = relationship()\n')
    found = scan_json(cwd=adopted.top)
    assert (found.code, found.rules) == (1, [("shop/user.py", "SG101")])
    assert found.document["findings"][0]["relationship"] == "more"


def test_what_was_mended_is_a_warning_until_it_leaves_the_list(adopted: GitRepo) -> None:
    write(adopted.top, CLEAN)
    ended = scan(cwd=adopted.top)
    assert ended.code == 0
    assert ended.out == (
        f"{FILE}:5:1: SG190 warning: the baseline knows SG101 of User.posts in shop/user.py, but "
        "it is not found there any more\n"
        "    help: Write the baseline again: safeguards scan --write-baseline.\n"
        "1 warning\n"
    )
    assert scan("--strict", cwd=adopted.top).code == 1
    assert scan("--write-baseline", cwd=adopted.top).code == 0
    assert scan(cwd=adopted.top).out == ""


def test_a_deleted_file_leaves_the_list_too(adopted: GitRepo) -> None:
    (adopted.top / "shop" / "node.py").unlink()
    assert scan_json(cwd=adopted.top).rules == [(FILE, "SG190")]
    assert scan_json("shop/user.py", cwd=adopted.top).rules == []


def test_what_is_not_judged_is_not_called_mended(adopted: GitRepo) -> None:
    write(adopted.top, CLEAN)
    assert scan_json("shop/node.py", cwd=adopted.top).rules == []
    write(adopted.top, {"safeguards.toml": '[scan]\nexclude = ["shop/user.py"]\n'})
    assert scan_json(cwd=adopted.top).rules == []


def test_stale_entries_can_be_switched_off(adopted: GitRepo) -> None:
    write(adopted.top, {**CLEAN, "safeguards.toml": '[scan]\nignore = ["SG190"]\n'})
    assert scan_json(cwd=adopted.top).rules == []
    write(adopted.top, {"safeguards.toml": '[scan]\nerror = ["SG190"]\n'})
    assert scan(cwd=adopted.top).code == 1


def test_a_commit_is_judged_by_the_baseline_that_it_holds(adopted: GitRepo) -> None:
    adopted.git("add", "--all", "--", "shop")
    assert scan("--staged", cwd=adopted.top).code == 1
    adopted.git("add", "--", FILE)
    assert scan("--staged", cwd=adopted.top).code == 0
    adopted.git("commit", "-qm", "adopt")
    (adopted.top / FILE).unlink()
    assert scan(cwd=adopted.top).code == 1
    assert scan("--commit", "HEAD", cwd=adopted.top).code == 0


def test_the_configuration_names_another_file(repo: GitRepo) -> None:
    write(repo.top / "app", {**BROKEN, "safeguards.toml": '[scan]\nbaseline = "ci/known.json"\n'})
    ended = scan(cwd=repo.top / "app")
    assert (ended.code, ended.out) == (78, "")
    assert ended.err == (
        "error: scan.baseline: no such file: app/ci/known.json\n"
        "hint: write it with `safeguards scan --write-baseline`, and commit it\n"
    )
    assert scan("--write-baseline", cwd=repo.top / "app").code == 0
    written = json.loads((repo.top / "app" / "ci" / "known.json").read_text())
    assert [each["path"] for each in written["findings"]] == ["../shop/user.py"]
    assert scan(cwd=repo.top / "app").code == 0
    (repo.top / "app").rename(repo.top / "moved")
    assert scan(cwd=repo.top / "moved").code == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("", "not a baseline: "),
        ("[]", "not a baseline: "),
        ('{"version": 1}', "not a baseline: "),
        ('{"version": 1, "findings": [{"rule": "SG101"}]}', "not a baseline: "),
        ('{"version": 1, "findings": [], "more": 1}', "not a baseline: "),
        ('{"version": 7, "findings": []}', "a baseline of version 7, this safeguards knows 1"),
        ("\xff", "not a baseline: "),
    ],
)
def test_what_is_no_baseline_is_wrong_configuration(repo: GitRepo, content: str, told: str) -> None:
    write(repo.top, {**CLEAN, FILE: content.encode("latin-1")})
    ended = scan(cwd=repo.top)
    assert (ended.code, ended.out) == (78, "")
    assert ended.err.startswith(f"error: {FILE}: {told}")
    assert "\nhint: " in ended.err


@pytest.mark.parametrize("argv", [["--staged"], ["--commit", "HEAD"], ["shop"]])
def test_only_the_whole_work_tree_is_accepted(repo: GitRepo, argv: list[str]) -> None:
    write(repo.top, CLEAN)
    ended = scan("--write-baseline", *argv, cwd=repo.top)
    assert (ended.code, ended.out) == (64, "")
    assert ended.err == (
        "error: --write-baseline accepts what is found in the whole work tree\n"
        "hint: leave out PATHs, --staged and --commit\n"
    )


def test_a_baseline_that_cannot_be_written_is_wrong_usage(repo: GitRepo) -> None:
    write(repo.top, {**BROKEN, f"{FILE}/x": "", "empty.py": ""})
    ended = scan("--write-baseline", cwd=repo.top)
    assert (ended.code, ended.out) == (64, "")
    assert ended.err.startswith(f"error: cannot write {FILE}: ")


def test_every_kind_of_finding_can_be_accepted(repo: GitRepo) -> None:
    write(repo.top, FAULTS)
    assert scan("--write-baseline", "-v", cwd=repo.top).code == 0
    ended = scan("-v", "--strict", cwd=repo.top)
    assert ended.code == 0
    assert ended.out.splitlines()[-1] == "1 undecided"


def test_it_works_without_git_and_without_configuration(plain: object, repo: GitRepo) -> None:
    folder = write(repo.top.parent / "nogit", BROKEN)
    env = {"XDG_CACHE_HOME": str(repo.top.parent / "cache")}
    assert run("scan", "--write-baseline", cwd=folder, env=env).code == 0
    assert run("scan", cwd=folder, env=env).code == 0
