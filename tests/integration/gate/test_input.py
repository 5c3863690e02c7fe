"""Which push `safeguards gate` is about, and what it answers to a wrong call."""

from __future__ import annotations

import os
import pty
import sqlite3
import subprocess
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.integration.gate.kit import (
    AMBIGUOUS,
    SAFEGUARDS,
    ZERO,
    gate,
    head,
    line,
    push,
)
from tests.integration.git.kit import GitRepo


def pushes(repo: GitRepo) -> list[Any]:
    """The pushes in the journal, oldest first."""
    path = repo.top / ".git" / "safeguards" / "journal.db"
    if not path.exists():
        return []
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("select document from records where kind = 'pushes' order by at")
        return [msgspec.json.decode(row[0]) for row in rows.fetchall()]


def spoil(repo: GitRepo) -> str:
    repo.add("shop/order.py", AMBIGUOUS)
    return repo.commit("Bill somebody else")


def test_by_hand_it_is_head_as_if_pushed_to_the_first_deploy_branch(guarded: GitRepo) -> None:
    before = head(guarded)
    after = spoil(guarded)
    ended = gate(guarded.top, "--format", "json")
    assert ended.code == ended.document["exit_code"] == 1
    assert ended.document["refs"] == [
        {
            "local_ref": "HEAD",
            "local_oid": after,
            "remote_ref": "refs/heads/main",
            "remote_oid": before,
        }
    ]


def test_any_commit_can_be_judged(guarded: GitRepo) -> None:
    spoil(guarded)
    assert gate(guarded.top, "--commit", "HEAD^").code == 0
    assert gate(guarded.top, "--commit", "HEAD").code == 1
    assert gate(guarded.top, "--commit", "nope").code == 64
    assert gate(guarded.top, "--commit", "--all").code == 64


def test_a_commit_that_is_named_is_meant_whatever_stands_on_stdin(guarded: GitRepo) -> None:
    spoil(guarded)
    assert gate(guarded.top, "--commit", "HEAD^", stdin=line(guarded, "main")).code == 0


def test_the_protocol_without_remote(guarded: GitRepo) -> None:
    spoil(guarded)
    right = line(guarded, "main").replace(head(guarded), head(guarded, "HEAD^"))
    assert gate(guarded.top, stdin=right).code == 0
    assert gate(guarded.top, stdin=line(guarded, "main")).code == 1
    ended = gate(guarded.top, stdin=line(guarded, "main", "refs/heads/other"))
    assert (ended.code, "nothing to judge" in ended.out) == (0, True)


def test_with_remote_an_empty_stdin_is_nothing_to_judge(guarded: GitRepo) -> None:
    spoil(guarded)
    ended = gate(guarded.top, "origin", "x")
    assert (ended.code, ended.last) == (0, "PUSH GATE PASSED")
    assert ended.out.startswith("nothing to judge")
    document = gate(guarded.top, "origin", "--format", "json").document
    assert (document["outcome"], document["refs"], document["checks"]) == ("pass", [], [])


def test_an_up_to_date_push_is_nothing_to_judge(guarded: GitRepo) -> None:
    ended = push(guarded.top)
    assert ended.code == 0
    assert "nothing to judge" in ended.err


@pytest.mark.parametrize(
    "wrong",
    [
        b"refs/heads/main\n",
        b"refs/heads/main x refs/heads/main y\n",
        b"a b c d\x1b[31m\n",
        b"\x00\xff\n",
    ],
)
def test_what_git_never_writes_is_refused_and_shown_escaped(guarded: GitRepo, wrong: bytes) -> None:
    for argv in (("origin", "x"), ()):
        ended = gate(guarded.top, *argv, stdin=wrong)
        assert (ended.code, ended.out) == (64, "")
        assert "not a line of the pre-push protocol" in ended.err
        assert "\x1b" not in ended.err


def test_an_open_pipe_that_says_nothing_is_waited_for_shortly(guarded: GitRepo) -> None:
    reading, writing = os.pipe()
    try:
        done = subprocess.run(
            [*SAFEGUARDS, "gate"],
            cwd=guarded.top,
            stdin=reading,
            capture_output=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(reading)
        os.close(writing)
    assert done.returncode == 0, done.stderr


def test_a_closed_stdin(guarded: GitRepo) -> None:
    spoil(guarded)
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *SAFEGUARDS, "gate"],
        cwd=guarded.top,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stderr


def test_with_remote_a_terminal_is_a_wrong_call_and_does_not_hang(guarded: GitRepo) -> None:
    primary, secondary = pty.openpty()
    try:
        by_git, by_hand = (
            subprocess.run(
                [*SAFEGUARDS, "gate", *argv],
                cwd=guarded.top,
                stdin=secondary,
                capture_output=True,
                text=True,
                timeout=60,
                check=False,
            )
            for argv in (("origin",), ())
        )
    finally:
        os.close(primary)
        os.close(secondary)
    assert by_git.returncode == 64
    assert "leave out REMOTE" in by_git.stderr
    assert by_hand.returncode == 0, by_hand.stderr


def test_lines_that_come_slowly_are_all_read(guarded: GitRepo) -> None:
    spoil(guarded)
    process = subprocess.Popen(
        [*SAFEGUARDS, "gate", "origin", "x"],
        cwd=guarded.top,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdin is not None
    text = line(guarded, "main").encode()
    for part in (text[:30], text[30:60], text[60:]):
        process.stdin.write(part)
        process.stdin.flush()
        time.sleep(0.3)
    out, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert b"SG101" in out


def test_three_thousand_refs(guarded: GitRepo) -> None:
    many = "".join(line(guarded, "main", f"refs/tags/t{number}") for number in range(50)) * 60
    ended = gate(guarded.top, "origin", "x", "--format", "json", stdin=many + line(guarded, "main"))
    assert ended.code == 0, ended.err
    assert len(ended.document["refs"]) == 1


def test_endless_input_is_given_up(guarded: GitRepo) -> None:
    with subprocess.Popen(["yes"], stdout=subprocess.PIPE) as endless:
        done = subprocess.run(
            [*SAFEGUARDS, "gate", "origin", "x"],
            cwd=guarded.top,
            stdin=endless.stdout,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        endless.kill()
    assert done.returncode == 69
    assert "standard input holds more than 64 MiB" in done.stderr


def test_wrong_calls(guarded: GitRepo, tmp_path: Path) -> None:
    assert gate(guarded.top, "origin", "x", "--commit", "HEAD").code == 64
    assert gate(guarded.top, "--format", "xml").code == 64
    assert gate(guarded.top, "a", "b", "c").code == 64
    assert gate(tmp_path).code == 64
    assert gate(guarded.top, "--config", "none.toml").code == 78
    assert gate(guarded.top, "--target", "production").code == 78


def test_before_the_first_commit_there_is_nothing_to_name(tmp_path: Path, home: Path) -> None:
    empty = GitRepo.init(tmp_path / "empty")
    ended = gate(empty.top)
    assert ended.code == 64
    assert "'HEAD' names no commit" in ended.err


def test_without_the_remote(guarded: GitRepo) -> None:
    spoil(guarded)
    guarded.git("remote", "remove", "origin")
    ended = gate(guarded.top, "--format", "json")
    assert ended.code == 1
    assert ended.document["refs"][0]["remote_oid"] == ZERO


def test_under_pre_commit_its_variables_name_the_ref(guarded: GitRepo, tmp_path: Path) -> None:
    before = head(guarded)
    after = spoil(guarded)
    told = {
        "PRE_COMMIT_REMOTE_NAME": "origin",
        "PRE_COMMIT_REMOTE_URL": str(tmp_path / "shop.git"),
        "PRE_COMMIT_LOCAL_BRANCH": "refs/heads/main",
        "PRE_COMMIT_REMOTE_BRANCH": "refs/heads/main",
    }
    ended = gate(guarded.top, "--format", "json", **told, PRE_COMMIT_TO_REF=before)
    assert (ended.code, ended.document["refs"][0]["local_oid"]) == (0, before)
    ended = gate(guarded.top, "--format", "json", **told)
    assert (ended.code, ended.document["refs"][0]["local_oid"]) == (1, after)
    assert ended.document["refs"][0]["remote_oid"] == before
    elsewhere = told | {"PRE_COMMIT_REMOTE_NAME": "mirror", "PRE_COMMIT_REMOTE_URL": "/else"}
    assert "nothing to judge" in gate(guarded.top, **elsewhere).out
    other = told | {"PRE_COMMIT_REMOTE_BRANCH": "refs/heads/other"}
    assert "nothing to judge" in gate(guarded.top, **other).out


def test_a_skip_judges_nothing_says_so_and_is_kept(guarded: GitRepo) -> None:
    spoil(guarded)
    ended = push(guarded.top, SAFEGUARDS_SKIP="fire \x1b[31min the house")
    assert ended.code == 0
    assert "Scan [SKIPPED]" in ended.err
    assert "PUSH GATE SKIPPED: fire \\x1b[31min the house" in ended.err
    (kept,) = pushes(guarded)
    assert kept["gate"] == "skipped"
    assert [each.partition(":")[0] for each in kept["skipped"]] == ["scan", "history", "production"]
    ended = gate(guarded.top, "--format", "json", SAFEGUARDS_SKIP="why")
    assert (ended.code, ended.document["outcome"]) == (0, "skipped")
    assert ended.document["skipped"] == ["scan: why", "history: why", "production: why"]


def test_a_skip_without_a_reason_is_none(guarded: GitRepo) -> None:
    spoil(guarded)
    assert gate(guarded.top, SAFEGUARDS_SKIP="").code == 1
    assert gate(guarded.top, SAFEGUARDS_SKIP="  ").code == 1


def test_the_journal_keeps_the_verdict_without_credentials(guarded: GitRepo) -> None:
    spoil(guarded)
    url = "https://user:pass-canary@host.example/shop.git?token=canary"
    ended = gate(guarded.top, "origin", url, stdin=line(guarded, "main"))
    assert ended.code == 1
    (kept,) = pushes(guarded)
    assert (kept["remote"], kept["url"]) == ("origin", "https://host.example/shop.git")
    assert (kept["gate"], kept["outcome"]) == ("fail", "rejected")
    assert kept["refs"][0]["remote_ref"] == "refs/heads/main"
    assert "canary" not in ended.out + ended.err


def test_without_a_journal_nothing_is_kept(guarded: GitRepo) -> None:
    gate(guarded.top, "--no-journal")
    gate(guarded.top, "origin", "x", stdin=line(guarded, "main", "refs/heads/other"))
    assert pushes(guarded) == []


def test_a_journal_that_cannot_be_written_is_a_warning(guarded: GitRepo) -> None:
    folder = guarded.top / ".git" / "safeguards"
    folder.mkdir()
    (folder / "journal.db").mkdir()
    ended = gate(guarded.top)
    assert ended.code == 0
    assert "warning:" in ended.err


def test_a_ref_that_is_no_text_is_kept(guarded: GitRepo) -> None:
    stdin = b"refs/heads/\xff\xfe " + line(guarded, "main").split(" ", 1)[1].encode()
    ended = gate(guarded.top, "origin", "x", stdin=stdin)
    assert (ended.code, ended.err) == (0, "")
    assert len(pushes(guarded)) == 1
