"""`safeguards verify` as a program, on a production of a command and a SQLite file."""

from __future__ import annotations

import contextlib
import os
import pty
import resource
import shlex
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.integration.verify import servers
from tests.integration.verify.conftest import CANARY, Small
from tests.support.postgres import PostgresServer, free_port
from tests.support.shell import sh

HEALTHY = """\
Check 1: Containers [OK]
Check 2: Migrations [OK] (018 matches head)
Check 3: API endpoints [OK]
  - /health: 200
  - /secret: 200
Check 4: Record counts [OK]
  - Projects: 2
  - We"ird: 0
PRODUCTION HEALTH CHECK PASSED
"""


def test_a_healthy_production(small: Small) -> None:
    ended = small.verify()
    assert (ended.code, ended.out) == (0, HEALTHY)
    assert CANARY not in ended.err


def test_quick_leaves_out_the_api(small: Small) -> None:
    small.configure("/health", "/none")
    ended = small.verify("--quick")
    assert ended.code == 0
    assert "\nCheck 3: Skipped\nCheck 4" in ended.out


def test_each_breakage_has_its_code_and_two_have_99(small: Small) -> None:
    (small.folder / "running").unlink()
    assert small.verify().code == 1
    small.sql("update alembic_version set version_num = '017'")
    assert small.verify().code == 99
    (small.folder / "running").touch()
    ended = small.verify()
    assert ended.code == 2
    assert "  - database: 017, 1 revision not applied: 018 (Add phone)\n" in ended.out
    assert "      next: alembic -c alembic.ini upgrade head\n" in ended.out
    small.sql("update alembic_version set version_num = '018'; delete from projects")
    ended = small.verify()
    assert ended.code == 4
    assert "Check 4: Record counts [FAIL]\n  - Projects: 0, the table is empty\n" in ended.out
    assert ended.out.endswith("PRODUCTION HEALTH CHECK FAILED\n")


def test_an_api_that_fails(small: Small) -> None:
    with servers.serving(servers.answering("500 Oops")) as place:
        text = (small.folder / "safeguards.toml").read_text()
        (small.folder / "safeguards.toml").write_text(
            text.replace(text.split('base-url = "http://')[1].split('"')[0], place)
        )
        ended = small.verify("--format", "json")
    assert ended.code == 3
    assert ended.document["checks"][2]["items"][0]["observed"] == "500"
    assert any("curl" in action["command"] for action in ended.document["next_actions"])


def test_json_is_alone_on_stdout_and_says_what_text_says(small: Small) -> None:
    ended = small.verify("--format", "json", "-v")
    document = ended.document
    assert (document["version"], document["target"], document["status"]) == (
        1,
        "production",
        "pass",
    )
    assert (document["exit_code"], document["mode"], document["commit"]) == (0, "full", None)
    assert [check["name"] for check in document["checks"]] == [
        *("containers", "migrations", "api", "records"),
    ]


@pytest.mark.parametrize("stdout", ["", " >&-"], ids=["without a reader", "closed"])
def test_what_becomes_of_the_output_changes_no_verdict(small: Small, stdout: str) -> None:
    command = f"{shlex.join([sys.executable, '-m', 'safeguards', 'verify', '--quick'])}{stdout}"

    def code() -> int:
        reader, writer = os.pipe()
        os.close(reader)
        with os.fdopen(writer, "wb") as pipe:
            done = subprocess.run(
                ["sh", "-c", command],
                cwd=small.folder,
                env=small.env,
                stdout=pipe,
                stderr=subprocess.PIPE,
                timeout=60,
                check=False,
            )
        assert b"Traceback" not in done.stderr
        return done.returncode

    assert code() == 0
    small.sql("delete from projects")
    assert code() == 4
    assert len(small.journal()) == 2


def test_a_table_that_does_not_exist(small: Small) -> None:
    small.configure("projects = 1", "projects = 1\nnope = 1")
    ended = small.verify()
    assert ended.code == 4
    assert "  - Projects: 2\n" in ended.out
    assert "  - Nope: not counted, no such table: nope\n" in ended.out


def test_no_configuration(tmp_path: Path, small: Small) -> None:
    ended = Small(tmp_path, small.env).verify()
    assert (ended.code, ended.out) == (78, "")
    assert "there is no configuration" in ended.err
    assert "hint: add a [tool.safeguards.targets.production] table" in ended.err


def test_another_configuration_file_from_another_folder(tmp_path: Path, small: Small) -> None:
    away = Small(tmp_path, small.env)
    assert away.verify("--config", "checkout/safeguards.toml").out == HEALTHY
    assert away.verify("--config", "none.toml").code == 78


def test_wrong_calls(small: Small) -> None:
    assert small.verify("--target", "staging").code == 64
    assert small.verify("--wait", "-1").code == 64
    assert small.verify("--format", "xml").code == 64


def test_a_missing_variable_is_named(small: Small) -> None:
    env = {name: value for name, value in small.env.items() if name != "APP_TOKEN"}
    ended = Small(small.folder, env).verify()
    assert ended.code == 78
    assert "APP_TOKEN" in ended.err


def test_a_wrong_url_is_configuration_and_not_shown(small: Small) -> None:
    ended = small.verify(APP_DATABASE_URL=f"oracle://u:{CANARY}@h/d")
    assert ended.code == 78
    assert "supported: postgresql" in ended.err
    assert CANARY not in ended.out + ended.err


def test_nothing_to_check(small: Small) -> None:
    (small.folder / "safeguards.toml").write_text('[targets.production]\nruntime = "command"\n')
    assert small.verify().code == 78


def test_a_secret_that_comes_back_is_masked_everywhere(small: Small) -> None:
    small.configure('headers = { Authorization = "env:APP_TOKEN" }', 'body-matches = "x"')
    small.configure('path = "/secret"', 'path = "/secret", headers = { X-Key = "env:APP_TOKEN" }')
    small.configure("projects = 1", f"'{CANARY}' = 1\nprojects = 1")
    for argv in (["--format", "text", "-v"], ["--format", "json"]):
        ended = small.verify(*argv)
        assert ended.code == 99
        assert CANARY not in ended.out + ended.err
        assert "no such table: ***" in ended.out
    stored = (small.folder / ".git" / "safeguards" / "journal.db").read_bytes()
    assert CANARY.encode() not in stored
    assert b"no such table: ***" in stored


@pytest.mark.postgres
def test_a_wrong_password_is_in_no_output(small: Small, postgres_server: PostgresServer) -> None:
    url = postgres_server.url("postgres", password=CANARY)
    for argv in ([], ["-v"], ["--format", "json"]):
        ended = small.verify(*argv, APP_DATABASE_URL=url)
        assert ended.code == 99
        assert "password authentication failed" in ended.out
        assert CANARY not in ended.out + ended.err
    assert CANARY.encode() not in (small.folder / ".git/safeguards/journal.db").read_bytes()


def test_a_refusing_and_a_hanging_database_leave_the_other_stages(small: Small) -> None:
    url = f"postgresql://u:{CANARY}@127.0.0.1:{free_port()}/d"
    refused = small.verify(APP_DATABASE_URL=url)
    assert refused.code == 99
    assert "Check 2: Migrations [UNKNOWN]\n" in refused.out
    assert "Check 3: API endpoints [OK]\n" in refused.out
    assert "Check 4: Record counts [UNKNOWN]\n" in refused.out
    with servers.serving(servers.silent) as place:
        started = time.monotonic()
        hanging = small.verify(APP_DATABASE_URL=f"postgresql://u:{CANARY}@{place}/d")
        assert time.monotonic() - started < 30
    assert hanging.code == 99
    assert "did not answer within 5 s" in hanging.out
    assert "waiting for" in hanging.err
    assert "Traceback" not in refused.err + hanging.err


def test_waiting_for_production_to_become_well(small: Small) -> None:
    (small.folder / "running").unlink()
    repaired = threading.Timer(1.5, (small.folder / "running").touch)
    repaired.start()
    started = time.monotonic()
    ended = small.verify("--wait", "30")
    repaired.join()
    assert (ended.code, ended.out) == (0, HEALTHY)
    assert time.monotonic() - started < 25
    assert len(small.journal()) == 1


def test_waiting_in_vain_ends_with_the_last_code(small: Small) -> None:
    small.sql("delete from projects")
    started = time.monotonic()
    assert small.verify("--wait", "2").code == 4
    assert time.monotonic() - started > 2


def test_every_verify_is_a_run(small: Small) -> None:
    sh("git", "commit", "--quiet", "--allow-empty", "-m", "x", cwd=small.folder)
    head = sh("git", "rev-parse", "HEAD", cwd=small.folder).strip()
    small.verify()
    small.sql("delete from projects")
    small.verify("--quick", "--format", "json")
    first, second = small.journal()
    assert (first["kind"], first["trigger"], first["commit"]) == ("verify", "manual", head)
    assert (first["status"], first["exit_code"]) == ("pass", 0)
    assert (second["status"], second["exit_code"]) == ("fail", 4)
    assert second["checks"][2]["status"] == "skipped"
    assert first["started_at"] < first["finished_at"] < second["started_at"]


def test_no_journal_writes_nothing(small: Small) -> None:
    before = sorted(small.folder.rglob("*"))
    assert small.verify("--no-journal").code == 0
    assert sorted(small.folder.rglob("*")) == before


def test_work_trees_share_the_journal_and_folders_without_git_have_their_own(
    small: Small, tmp_path: Path, home: Path
) -> None:
    sh("git", "add", ".", cwd=small.folder)
    sh("git", "commit", "--quiet", "-m", "x", cwd=small.folder)
    sh("git", "worktree", "add", "--quiet", str(tmp_path / "second"), cwd=small.folder)
    assert Small(tmp_path / "second", small.env).verify().code == 0
    assert len(small.journal()) == 1
    (small.folder / ".git").rename(tmp_path / "away")
    assert small.verify().code == 0
    assert len(list((home / ".local/state/safeguards/journals").glob("*.db"))) == 1


@pytest.mark.parametrize("damage", ["directory", "garbage", "full"])
def test_a_journal_that_cannot_be_written_changes_no_verdict(small: Small, damage: str) -> None:
    path = small.folder / ".git" / "safeguards" / "journal.db"
    path.parent.mkdir()
    if damage == "directory":
        path.mkdir()
    elif damage == "garbage":
        path.write_bytes(b"no database" * 1000)

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))

    done = subprocess.run(
        [sys.executable, "-m", "safeguards", "verify"],
        cwd=small.folder,
        env=small.env,
        preexec_fn=no_room if damage == "full" else None,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, HEALTHY)
    assert f"warning: the journal {path} cannot be used" in done.stderr
    assert "--no-journal" in done.stderr
    assert "Traceback" not in done.stderr


def test_several_processes_at_once_all_write(small: Small) -> None:
    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(lambda _: small.verify("--quick").code, range(6)))
    assert codes == [0] * 6
    assert len(small.journal()) == 6


def test_the_last_verified_count_is_remembered(small: Small) -> None:
    small.configure("projects = 1", 'projects = { max-drop = "20%" }')
    small.sql("insert into projects select 1 from projects, projects, projects")
    assert small.verify().code == 0
    small.sql("delete from projects where rowid > 3")
    ended = small.verify()
    assert ended.code == 4
    assert "  - Projects: 3, fell from 10 since the last verified run\n" in ended.out


def test_a_revision_file_that_only_python_can_read(small: Small) -> None:
    path = small.folder / "migrations" / "versions" / "018.py"
    path.write_text("revision = '0' + str(18)\ndown_revision = '017'\n")
    (small.folder / "migrations" / "env.py").touch()
    assert small.verify("--quick").out.startswith(
        "Check 1: Containers [OK]\nCheck 2: Migrations [OK] (018 matches head)\n"
    )
    path.write_text("raise SystemExit(3)\nrevision = '0' + str(18)\n")
    broken = small.verify("--quick")
    assert broken.code == 2
    assert "`revision` is not a literal; and `alembic heads` ended with" in broken.out


def test_a_revision_of_another_branch_is_told_with_the_branch(small: Small) -> None:
    git = ("git", "-c", "user.name=a", "-c", "user.email=a@b.c")
    new = small.folder / "migrations" / "versions" / "019_x.py"
    sh(*git, "add", "--all", cwd=small.folder)
    sh(*git, "commit", "--quiet", "-m", "Begin", cwd=small.folder)
    sh("git", "checkout", "--quiet", "-b", "feature/x", cwd=small.folder)
    new.write_text("revision: str = '9ab.f'\ndown_revision = '018'\n# revision = '9abcf'\n")
    sh(*git, "add", "--all", cwd=small.folder)
    sh(*git, "commit", "--quiet", "-m", "Add x", cwd=small.folder)
    sh("git", "checkout", "--quiet", "-", cwd=small.folder)
    small.sql("update alembic_version set version_num = '9ab.f'")
    ended = small.verify("--quick")
    assert ended.code == 2
    assert (
        "  - database: 9ab.f, the checkout does not know 9ab.f; it is on branch feature/x\n"
        "      observed: 9ab.f; expected: 018\n"
        "      hint: is the checkout behind feature/x?\n"
        "      next: git show feature/x:migrations/versions/019_x.py\n"
    ) in ended.out
    shown = sh("sh", "-c", "git show feature/x:migrations/versions/019_x.py", cwd=small.folder)
    assert shown.startswith("revision: str = '9ab.f'")
    small.sql("update alembic_version set version_num = '9abcf'")
    assert "the checkout does not know 9abcf\n" in small.verify("--quick").out


def test_the_version_table_of_the_configuration(small: Small) -> None:
    table = '[targets.production.alembic]\nversion-table = "app version"\n\n'
    small.configure("[targets.production.api]", f"{table}[targets.production.api]")
    ended = small.verify("--quick")
    assert ended.code == 2
    assert "  - database: no revision, there is no table app version: " in ended.out
    small.sql('alter table alembic_version rename to "app version"')
    assert small.verify("--quick").code == 0
    small.sql('delete from "app version"')
    assert "no revision, the table app version is empty: " in small.verify("--quick").out


def test_an_interrupted_verify_says_so(small: Small) -> None:
    with servers.serving(servers.silent) as place:
        process = subprocess.Popen(
            [sys.executable, "-m", "safeguards", "verify"],
            cwd=small.folder,
            env={**small.env, "APP_DATABASE_URL": f"postgresql://u:{CANARY}@{place}/d"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        time.sleep(2)
        process.send_signal(2)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out) == (130, "")
    assert err.endswith("interrupted\n")


def test_no_terminal_no_prompt_no_colour(small: Small) -> None:
    ended = small.verify(TERM="xterm-256color", FORCE_COLOR="")
    assert "\x1b" not in ended.out + ended.err
    assert os.environ["HOME"] == small.env["HOME"]


def test_on_a_terminal_progress_is_a_live_region_that_goes_away(small: Small) -> None:
    master, slave = pty.openpty()
    with servers.serving(servers.silent) as place:
        env = {**small.env, "APP_DATABASE_URL": f"postgresql://u:p@{place}/d", "TERM": "xterm"}
        process = subprocess.Popen(
            [sys.executable, "-m", "safeguards", "verify", "--quick"],
            cwd=small.folder,
            env=env,
            stdout=subprocess.PIPE,
            stderr=slave,
            text=True,
        )
        os.close(slave)
        shown = b""
        with contextlib.suppress(OSError):
            while chunk := os.read(master, 65536):
                shown += chunk
        out, _ = process.communicate(timeout=30)
    os.close(master)
    assert process.returncode == 99
    assert "\x1b" not in out
    assert b"checking production" in shown
    assert b"migrations: \xe2\x80\xa6" in shown
    assert shown.rstrip().endswith(b"\x1b[2K")
