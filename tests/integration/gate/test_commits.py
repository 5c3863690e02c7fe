"""The pushed commits are judged, and nothing else: real pushes through git's own hook."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.gate.kit import (
    AMBIGUOUS,
    ZERO,
    Ended,
    arm,
    gate,
    head,
    line,
    open_shop,
    push,
    revision,
    tip,
)
from tests.integration.git import shop
from tests.integration.git.kit import GitRepo

PASSED = """\
Scan [OK] (7 files, 2 models)
History [OK] (2 revisions, head 018)
Production [SKIPPED] (no target is configured)
PUSH GATE PASSED
"""


def assert_refused(repo: GitRepo, ended: Ended, *rules: str, branch: str = "main") -> None:
    """Refused, by these rules, and the remote is where it was."""
    assert ended.code == 1, ended.err
    assert "PUSH GATE REFUSED" in ended.err
    assert [rule for rule in rules if f" {rule} error:" not in ended.err] == []
    assert tip(repo, branch) != head(repo)


def assert_accepted(repo: GitRepo, ended: Ended, rev: str = "HEAD", branch: str = "main") -> None:
    """Passed, and the remote has it."""
    assert ended.code == 0, ended.err
    assert "PUSH GATE PASSED" in ended.err
    assert tip(repo, branch) == head(repo, rev)


def spoil(repo: GitRepo) -> str:
    repo.add("shop/order.py", AMBIGUOUS)
    return repo.commit("Bill somebody else")


def test_a_right_commit_passes_in_four_lines(guarded: GitRepo) -> None:
    guarded.commit("Nothing else")
    ended = push(guarded.top, "origin", "main")
    assert_accepted(guarded, ended)
    assert PASSED in ended.err


def test_a_fault_in_the_models_is_refused_and_shown_as_scan_shows_it(guarded: GitRepo) -> None:
    spoil(guarded)
    ended = push(guarded.top)
    assert_refused(guarded, ended, "SG101")
    assert "  shop/customer.py:9:14: SG101 error: Customer.orders is ambiguous" in ended.err
    assert '      9 |     orders = relationship("Order")' in ended.err


def test_a_fault_in_the_history_is_refused(guarded: GitRepo) -> None:
    guarded.add("migrations/versions/018b.py", revision("018b", "017"))
    guarded.commit("Branch off")
    assert_refused(guarded, push(guarded.top), "SG201")


def test_a_repaired_work_tree_hides_no_fault(guarded: GitRepo) -> None:
    spoil(guarded)
    guarded.add("shop/order.py", shop.ORDER)
    guarded.write("shop/customer.py", "")
    assert_refused(guarded, push(guarded.top), "SG101")


def test_a_spoiled_work_tree_and_index_fake_no_fault(guarded: GitRepo) -> None:
    guarded.commit("Nothing else")
    guarded.add("shop/order.py", AMBIGUOUS)
    guarded.write("shop/customer.py", "def broken(:\n")
    guarded.write("migrations/versions/019.py", revision("019", "nowhere"))
    before = guarded.git("status", "--porcelain")
    assert_accepted(guarded, push(guarded.top))
    assert guarded.git("status", "--porcelain") == before


def test_no_checkout_is_made(guarded: GitRepo) -> None:
    spoil(guarded)
    listed = sorted(path for path in guarded.top.rglob("*") if ".git" not in path.parts)
    gate(guarded.top)
    assert sorted(p for p in guarded.top.rglob("*") if ".git" not in p.parts) == listed
    assert guarded.git("worktree", "list").count("\n") == 1


def test_the_configuration_for_scan_is_that_of_the_commit(guarded: GitRepo) -> None:
    guarded.add("pyproject.toml", '[tool.safeguards.scan]\nignore = ["SG101"]\n')
    spoil(guarded)
    guarded.write("pyproject.toml", "")
    assert_accepted(guarded, push(guarded.top))


def test_a_configuration_of_the_work_tree_excuses_nothing(guarded: GitRepo) -> None:
    spoil(guarded)
    guarded.write("pyproject.toml", '[tool.safeguards.scan]\nignore = ["SG101"]\n')
    assert_refused(guarded, push(guarded.top), "SG101")
    guarded.write("safeguards.toml", '[scan]\nexclude = ["shop/**"]\n')
    assert_refused(guarded, push(guarded.top), "SG101")


def test_a_wrong_configuration_in_the_commit_is_78_and_no_pass(guarded: GitRepo) -> None:
    guarded.add("pyproject.toml", "[tool.safeguards.scan]\nignore = 7\n")
    guarded.commit("Configure")
    guarded.write("pyproject.toml", "")
    ended = gate(guarded.top)
    assert (ended.code, ended.out) == (78, "")
    assert "scan.ignore" in ended.err
    assert push(guarded.top).code == 1


def test_the_settings_of_the_push_are_those_of_the_work_tree(guarded: GitRepo) -> None:
    spoil(guarded)
    guarded.write("safeguards.toml", '[push]\nbranches = ["release"]\n')
    assert_accepted(guarded, push(guarded.top))
    assert_refused(guarded, push(guarded.top, "origin", "main:release"), "SG101", branch="release")


def test_only_the_checks_of_the_configuration_in_their_order(guarded: GitRepo) -> None:
    guarded.write("safeguards.toml", '[push]\ngate = ["history", "scan"]\n')
    spoil(guarded)
    ended = gate(guarded.top, "--format", "json")
    assert [check["name"] for check in ended.document["checks"]] == ["history", "scan"]
    guarded.write("safeguards.toml", '[push]\ngate = ["history"]\n')
    assert_accepted(guarded, push(guarded.top))


def test_from_a_subfolder_it_is_the_same(guarded: GitRepo) -> None:
    guarded.add("shop/pyproject.toml", '[tool.safeguards.scan]\nignore = ["SG101"]\n')
    spoil(guarded)
    top, below = gate(guarded.top), gate(guarded.top / "shop")
    assert top.out == below.out
    assert below.code == 1
    assert_refused(guarded, push(guarded.top / "shop"), "SG101")


def test_from_another_work_tree_its_commits_are_judged(guarded: GitRepo, tmp_path: Path) -> None:
    guarded.git("worktree", "add", "-q", "-b", "side", tmp_path / "side")
    side = GitRepo(tmp_path / "side")
    spoil(side)
    assert_refused(side, push(side.top, "origin", "side:main"), "SG101")
    guarded.commit("The main one is right")
    assert_accepted(guarded, push(side.top, "origin", "main"), "main")
    spoil(guarded)
    assert_refused(guarded, push(side.top, "origin", "main"), "SG101")


def test_from_a_submodule_it_is_the_submodule(guarded: GitRepo, tmp_path: Path) -> None:
    outer = GitRepo.init(tmp_path / "outer")
    outer.git("submodule", "--quiet", "add", tmp_path / "shop.git", "inner")
    outer.commit("Take the shop in")
    inner = GitRepo(outer.top / "inner")
    arm(inner)
    spoil(inner)
    assert_refused(inner, push(inner.top), "SG101")
    assert gate(outer.top).code == 0
    inner.git("reset", "-q", "--hard", "HEAD^")
    inner.commit("Nothing else")
    assert_accepted(inner, push(inner.top))


def test_a_configuration_that_is_named_is_read_from_the_commit(guarded: GitRepo) -> None:
    guarded.add("shop/pyproject.toml", '[tool.safeguards.scan]\nignore = ["SG101"]\n')
    spoil(guarded)
    settings = '[tool.safeguards.push]\nbranches = ["release"]\n'
    guarded.write("shop/pyproject.toml", settings)
    ended = gate(guarded.top, "--config", "shop/pyproject.toml", "--format", "json")
    assert (ended.code, ended.document["refs"][0]["remote_ref"]) == (0, "refs/heads/release")
    below = gate(guarded.top / "shop", "--config", "pyproject.toml", "--format", "json")
    assert (below.code, below.document["refs"]) == (0, ended.document["refs"])


def test_in_a_bare_repository(guarded: GitRepo, tmp_path: Path) -> None:
    right = head(guarded)
    spoil(guarded)
    guarded.git("clone", "-q", "--bare", guarded.top, tmp_path / "bare.git")
    bare = GitRepo(tmp_path / "bare.git")
    bare.git("remote", "set-url", "origin", tmp_path / "shop.git")
    arm(bare)
    assert gate(bare.top, "--commit", right).out == PASSED
    ended = push(bare.top, "origin", "main")
    assert_refused(bare, ended, "SG101")
    bare.git("update-ref", "refs/heads/main", right)
    assert gate(bare.top / "refs").out == PASSED


def test_a_bare_repository_takes_its_settings_from_its_head(repo: GitRepo, tmp_path: Path) -> None:
    repo.add("pyproject.toml", '[tool.safeguards.push]\nbranches = ["release"]\n')
    spoil(repo)
    repo.git("clone", "-q", "--bare", repo.top, tmp_path / "bare.git")
    document = gate(tmp_path / "bare.git", "--format", "json").document
    assert [ref["remote_ref"] for ref in document["refs"]] == ["refs/heads/release"]


@pytest.mark.parametrize("object_format", ["sha1", "sha256"])
def test_in_both_object_formats(tmp_path: Path, home: Path, object_format: str) -> None:
    repo = open_shop(tmp_path / "any", object_format=object_format)
    arm(repo)
    assert_accepted(repo, push(repo.top, "-u", "origin", "main"))
    spoil(repo)
    assert_refused(repo, push(repo.top), "SG101")
    assert len(gate(repo.top, "--format", "json").document["checks"][0]["commit"]) == len(
        head(repo)
    )


def test_a_first_push_has_nothing_to_compare_with(repo: GitRepo) -> None:
    arm(repo)
    assert_accepted(repo, push(repo.top, "origin", "main"))


def test_an_edited_revision_that_the_remote_has_is_refused(guarded: GitRepo) -> None:
    guarded.add("migrations/versions/018.py", revision("018", "017", "op.drop_table('x')"))
    guarded.commit("Edit what is live")
    assert_refused(guarded, push(guarded.top), "SG207")
    assert "SG207" in gate(guarded.top).out


def test_what_the_remote_has_and_this_clone_does_not_is_said(guarded: GitRepo) -> None:
    unknown = "12" * 20
    ended = gate(guarded.top, "origin", "x", stdin=line(guarded, "main", before=unknown))
    assert ended.code == 0
    assert "not checked: history: what refs/heads/main had before (1212121212)" in ended.out


def test_a_commit_that_is_not_here_is_an_error_with_a_hint(guarded: GitRepo) -> None:
    stdin = f"refs/heads/main {'34' * 20} refs/heads/main {ZERO}\n"
    ended = gate(guarded.top, "origin", "x", stdin=stdin)
    assert (ended.code, ended.out) == (64, "")
    assert "is no commit of this repository" in ended.err
    assert "git fetch --unshallow" in ended.err


def test_a_missing_tree_refuses_and_is_no_crash(guarded: GitRepo) -> None:
    tree = guarded.git("rev-parse", "HEAD^{tree}").strip()
    (guarded.top / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    ended = gate(guarded.top)
    assert ended.code == 1
    assert ended.last == "PUSH GATE REFUSED"
    assert "Scan [FAIL] (could not be checked)" in ended.out
    assert "git fsck" in ended.out


def test_other_branches_deletes_and_tags_are_not_judged(guarded: GitRepo) -> None:
    spoil(guarded)
    guarded.git("tag", "-a", "-m", "v1", "v1")
    for argv in (("main:side",), ("v1",), ("main:refs/heads/feature/main",), ("--delete", "side")):
        ended = push(guarded.top, "origin", *argv)
        assert ended.code == 0, ended.err
        assert "nothing to judge: this push updates no branch that deploys" in ended.err


def test_deleting_the_deploy_branch_is_not_judged(guarded: GitRepo) -> None:
    spoil(guarded)
    GitRepo(guarded.top.parent / "shop.git").git("config", "receive.denyDeleteCurrent", "0")
    ended = push(guarded.top, "origin", ":main")
    assert ended.code == 0, ended.err
    assert "nothing to judge" in ended.err
    assert tip(guarded) == ""


def test_a_tag_that_is_pushed_to_the_branch_is_judged_as_its_commit(guarded: GitRepo) -> None:
    spoil(guarded)
    guarded.git("tag", "-a", "-m", "v1", "v1")
    assert_refused(guarded, push(guarded.top, "origin", "v1^{}:refs/heads/main"), "SG101")
    ended = gate(guarded.top, "origin", "x", "--format", "json", stdin=line(guarded, "v1"))
    assert ended.rules() == {"SG101"}
    assert ended.document["checks"][0]["commit"] == head(guarded)


def test_several_branches_are_judged_each_and_named(guarded: GitRepo) -> None:
    guarded.write("safeguards.toml", '[push]\nbranches = ["main", "release"]\n')
    guarded.commit("Nothing else")
    guarded.git("branch", "release")
    guarded.git("checkout", "-q", "release")
    spoil(guarded)
    ended = push(guarded.top, "origin", "release", "main")
    assert_refused(guarded, ended, "SG101")
    main, release = head(guarded, "main")[:10], head(guarded, "release")[:10]
    assert f"Scan of main {main} [OK]" in ended.err
    assert f"Scan of release {release} [FAIL]" in ended.err
    both = "".join(line(guarded, name, f"refs/heads/{name}") for name in ("release", "main"))
    document = gate(guarded.top, "origin", "x", "--format", "json", stdin=both).document
    assert [(c["name"], c["status"]) for c in document["checks"][:2]] == [
        ("scan", "pass"),
        ("scan", "fail"),
    ]
    assert [c["commit"] for c in document["checks"][:2]] == [
        head(guarded, "main"),
        head(guarded, "release"),
    ]


def test_one_commit_on_two_branches_is_judged_once(guarded: GitRepo) -> None:
    guarded.write("safeguards.toml", '[push]\nbranches = ["main", "release"]\n')
    both = line(guarded, "main") + line(guarded, "main", "refs/heads/release")
    document = gate(guarded.top, "origin", "x", "--format", "json", stdin=both).document
    assert [c["name"] for c in document["checks"]] == ["scan", "history", "production"]
    assert len(document["refs"]) == 2


def test_a_push_to_another_remote_is_not_judged(guarded: GitRepo, tmp_path: Path) -> None:
    spoil(guarded)
    guarded.git("init", "-q", "--bare", tmp_path / "mirror.git")
    guarded.git("remote", "add", "mirror", tmp_path / "mirror.git")
    for where in ("mirror", str(tmp_path / "mirror.git")):
        ended = push(guarded.top, where, "main")
        assert ended.code == 0, ended.err
        assert "nothing to judge" in ended.err


def test_a_push_by_the_url_of_the_remote_is_judged(guarded: GitRepo, tmp_path: Path) -> None:
    spoil(guarded)
    for url in (tmp_path / "shop.git", f"file://{tmp_path}/shop.git", "../shop.git/"):
        assert_refused(guarded, push(guarded.top, str(url), "main"), "SG101")
    guarded.git("remote", "set-url", "--push", "origin", tmp_path / "pushed.git")
    guarded.git("init", "-q", "--bare", tmp_path / "pushed.git")
    ended = push(guarded.top, str(tmp_path / "pushed.git"), "main")
    assert ended.code == 1
    assert "SG101" in ended.err


def test_names_that_would_steer_a_terminal(guarded: GitRepo) -> None:
    branch = "a\u009b31m'\"\u202eb"
    guarded.write("safeguards.toml", f"[push]\nbranches = ['''{branch}''', 'main']\n")
    spoil(guarded)
    lines = line(guarded, "main", f"refs/heads/{branch}")
    lines += f"HEAD@{{a\x1b[31m b}} {head(guarded)} refs/heads/main {ZERO}\n"
    ended = gate(guarded.top, "origin", "x", stdin=lines)
    assert ended.code == 1
    assert not {"\x1b", "\u009b", "\u202e"} & set(ended.out + ended.err)


def test_a_file_name_that_would_steer_a_terminal(guarded: GitRepo) -> None:
    guarded.git("mv", "shop/customer.py", "shop/cust\x1b[2Jo\nmer.py")
    spoil(guarded)
    ended = gate(guarded.top)
    assert ended.code == 1
    assert "\x1b" not in ended.out
    assert "shop/cust\\x1b[2Jo\\nmer.py:9:14: SG101" in ended.out


def test_a_ref_that_is_no_text_is_judged_and_kept(guarded: GitRepo) -> None:
    spoil(guarded)
    stdin = b"refs/heads/\xff\xfe " + line(guarded, "main").split(" ", 1)[1].encode()
    ended = gate(guarded.top, "origin", "x", "--format", "json", stdin=stdin)
    assert ended.code == 1, ended.err
    assert ended.err == ""
    assert ended.document["refs"][0]["remote_ref"] == "refs/heads/main"


def test_a_bug_in_a_check_refuses_the_push(guarded: GitRepo) -> None:
    probe = (
        "import sys, safeguards.system.committed as c\n"
        "c.git.Repository.tree_files = lambda *_: 1 / 0\n"
        "from safeguards.cli.main import main\n"
        "sys.exit(main(['gate']))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", probe],
        cwd=guarded.top,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr
    assert "a bug in safeguards: ZeroDivisionError" in done.stdout
    assert "please report it with the log" in done.stdout
    assert done.stdout.endswith("PUSH GATE REFUSED\n")
