"""`scan --fix`, `--unsafe-fixes` and `--diff`: what is written, shown and refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.scan.kit import (
    BROKEN,
    CLEAN,
    NODE,
    TWO_KEYS,
    WARNED,
    scan,
    scan_as_a_user,
    scan_json,
    write,
)

PAIR = (
    f"{TWO_KEYS}"
    '    author: Mapped["User"] = relationship(\n'
    '        back_populates="posts",  # who wrote it\n'
    "    )\n"
)
USER = CLEAN["shop/user.py"].replace("relationship()", 'relationship(back_populates="author")')
FIXABLE = {**WARNED, "shop/user.py": USER, "shop/post.py": PAIR}
"""A pair that is ambiguous on both sides, and a parent that means the children (unsafe)."""

FIXED_POST = PAIR.replace("    )\n", "        foreign_keys=[author_id],\n    )\n")
FIXED_USER = USER.replace(
    'back_populates="author"', 'back_populates="author", foreign_keys="Post.author_id"'
)
FIXED_NODE = NODE.replace("relationship()", "relationship(remote_side=[id])")
ALL_FIXED = {
    **FIXABLE,
    "shop/post.py": FIXED_POST,
    "shop/user.py": FIXED_USER,
    "shop/node.py": FIXED_NODE,
}


def contents(top: Path) -> dict[str, str]:
    return {path: (top / path).read_bytes().decode() for path in FIXABLE}


def test_safe_fixes_are_written_and_the_rest_is_reported(repo: GitRepo) -> None:
    write(repo.top, FIXABLE)
    assert scan(cwd=repo.top).code == 1
    ended = scan("--fix", cwd=repo.top)
    assert contents(repo.top) == {**ALL_FIXED, "shop/node.py": NODE}
    assert ended.code == 0
    assert ended.out.startswith("shop/node.py:11:37: SG110 warning: ")
    assert ended.err == "fixed 2 findings in 2 files; 1 more with --unsafe-fixes\n"


def test_unsafe_fixes_are_written_when_asked_for(repo: GitRepo) -> None:
    write(repo.top, FIXABLE)
    ended = scan("--unsafe-fixes", cwd=repo.top)
    assert (ended.code, ended.out) == (0, "")
    assert ended.err == "fixed 3 findings in 3 files\n"
    assert contents(repo.top) == ALL_FIXED


def test_a_second_run_changes_nothing(repo: GitRepo) -> None:
    write(repo.top, FIXABLE)
    scan("--unsafe-fixes", cwd=repo.top)
    before = {path: (repo.top / path).stat().st_mtime_ns for path in FIXABLE}
    ended = scan("--unsafe-fixes", cwd=repo.top)
    assert (ended.code, ended.err) == (0, "fixed 0 findings in 0 files\n")
    assert {path: (repo.top / path).stat().st_mtime_ns for path in FIXABLE} == before


def test_what_cannot_be_fixed_stays_an_error(repo: GitRepo) -> None:
    write(repo.top, BROKEN)
    ended = scan_json("--fix", cwd=repo.top)
    assert (ended.code, ended.rules) == (1, [("shop/user.py", "SG101")])
    assert ended.err == "fixed 0 findings in 0 files\n"
    assert (repo.top / "shop/user.py").read_text() == BROKEN["shop/user.py"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [((), {**ALL_FIXED, "shop/node.py": NODE}), (("--unsafe-fixes",), ALL_FIXED)],
)
def test_a_diff_is_shown_and_git_can_apply_it(
    repo: GitRepo, options: tuple[str, ...], expected: dict[str, str]
) -> None:
    write(repo.top, FIXABLE)
    ended = scan("--diff", *options, cwd=repo.top)
    assert contents(repo.top) == FIXABLE
    assert ended.code == 1
    assert ended.err.startswith("would fix ")
    patch = repo.top.parent / "fixes.patch"
    patch.write_bytes(ended.out.encode())
    repo.git("apply", patch)
    assert contents(repo.top) == expected


def test_a_diff_of_the_index_shows_what_is_staged(repo: GitRepo) -> None:
    for path, content in FIXABLE.items():
        repo.add(path, content)
    write(repo.top, ALL_FIXED)
    ended = scan("--diff", "--staged", cwd=repo.top)
    assert ended.code == 1
    assert "+        foreign_keys=[author_id],\n" in ended.out
    assert contents(repo.top) == ALL_FIXED


@pytest.mark.parametrize("source", [("--staged",), ("--commit", "HEAD")])
@pytest.mark.parametrize("option", ["--fix", "--unsafe-fixes"])
def test_only_the_work_tree_is_fixed(repo: GitRepo, option: str, source: tuple[str, ...]) -> None:
    ended = scan(option, *source, cwd=repo.top)
    assert (ended.code, ended.out) == (64, "")
    assert "hint: leave them out, or see the fixes with --diff\n" in ended.err


def test_a_diff_is_no_other_format(repo: GitRepo) -> None:
    ended = scan_json("--diff", cwd=repo.top)
    assert (ended.code, ended.out) == (64, "")
    assert "--diff prints a diff instead of json" in ended.err


def test_only_what_is_named_is_fixed(repo: GitRepo) -> None:
    write(repo.top, FIXABLE)
    ended = scan("--fix", "shop/user.py", cwd=repo.top)
    assert (ended.code, ended.err) == (0, "fixed 1 finding in 1 file\n")
    assert contents(repo.top) == {**FIXABLE, "shop/user.py": FIXED_USER}


def test_a_fix_in_a_file_that_is_not_named_is_not_made(repo: GitRepo) -> None:
    broken = CLEAN["shop/post.py"].replace('"user.id"', '"user.idd"')
    write(repo.top, {**CLEAN, "shop/post.py": broken})
    assert scan("--fix", "shop/user.py", cwd=repo.top).code == 1
    assert (repo.top / "shop/post.py").read_text() == broken
    assert scan("--fix", cwd=repo.top).code == 0
    assert (repo.top / "shop/post.py").read_text() == CLEAN["shop/post.py"]


def test_paths_are_relative_to_the_current_folder(repo: GitRepo) -> None:
    write(repo.top, FIXABLE)
    found = scan_json(cwd=repo.top / "shop").document["findings"]
    assert {edit["path"] for each in found for edit in each["fix"]["edits"]} == {
        "node.py",
        "post.py",
        "user.py",
    }
    assert "+++ b/post.py\n" in scan("--diff", cwd=repo.top / "shop").out


def test_an_ignored_finding_is_not_fixed(repo: GitRepo) -> None:
    ignored = USER.replace('author")', 'author")  # safeguards: ignore[SG101] known')
    write(repo.top, {**FIXABLE, "shop/user.py": ignored})
    scan("--fix", cwd=repo.top)
    assert (repo.top / "shop/user.py").read_text() == ignored


def test_bytes_outside_the_edit_stay(plain: Path) -> None:
    encoded = {
        path: b"\xef\xbb\xbf# \xe4\xbd\xa0\r\n" + text.replace("\n", "\r\n").encode()
        for path, text in FIXABLE.items()
    }
    write(plain, encoded)
    scan("--unsafe-fixes", cwd=plain)
    assert {path: (plain / path).read_bytes() for path in FIXABLE} == {
        path: b"\xef\xbb\xbf# \xe4\xbd\xa0\r\n" + text.replace("\n", "\r\n").encode()
        for path, text in ALL_FIXED.items()
    }


def test_mode_and_links_stay_and_nothing_is_left_behind(plain: Path) -> None:
    write(plain, FIXABLE)
    (plain / "shop/user.py").chmod(0o640)
    (plain / "shop/post.py").rename(plain / "real_post.txt")
    (plain / "shop/post.py").symlink_to("../real_post.txt")
    ended = scan("--fix", cwd=plain)
    assert (ended.code, ended.err) == (
        0,
        "fixed 2 findings in 2 files; 1 more with --unsafe-fixes\n",
    )
    assert (plain / "shop/user.py").stat().st_mode & 0o777 == 0o640
    assert (plain / "shop/post.py").is_symlink()
    assert (plain / "real_post.txt").read_text() == FIXED_POST
    assert [path.name for path in plain.rglob("*.tmp")] == []


def test_a_file_outside_the_project_is_refused_before_anything_is_written(
    plain: Path, tmp_path: Path
) -> None:
    write(plain, FIXABLE)
    outside = tmp_path / "outside.py"
    (plain / "shop/user.py").rename(outside)
    (plain / "shop/user.py").symlink_to(outside)
    ended = scan("--fix", cwd=plain)
    assert (ended.code, ended.out) == (64, "")
    assert f"shop/user.py leads to {outside}, outside the project; nothing was changed" in ended.err
    assert contents(plain) == FIXABLE


def test_a_file_that_cannot_be_written_is_named(plain: Path) -> None:
    write(plain, FIXABLE)
    (plain / "shop/post.py").chmod(0o444)
    ended = scan_as_a_user("--fix", cwd=plain)
    assert (ended.code, ended.out) == (64, "")
    assert "cannot write shop/post.py: Permission denied; nothing was changed" in ended.err
    assert contents(plain) == FIXABLE
