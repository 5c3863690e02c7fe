"""What `safeguards verify` asks, of whom and how often; formats as a shell gets them."""

from __future__ import annotations

import shlex
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.integration.verify import servers
from tests.integration.verify.conftest import CANARY, Small

STAGING = """
[targets.staging]
runtime = "command"
[targets.staging.command]
status = ["test", "-e", "staging"]
[targets.staging.database]
url = "env:STAGING_URL"
[targets.staging.records]
projects = 1
"""


def add_staging(small: Small) -> None:
    with (small.folder / "safeguards.toml").open("a") as file:
        file.write(STAGING)
    (small.folder / "staging").touch()
    small.env["STAGING_URL"] = small.env["APP_DATABASE_URL"]


def failed(document: Any) -> list[Any]:
    """All items of a verdict that count against production."""
    items = [item for check in document["checks"] for item in check["items"]]
    return [item for item in items if item["status"] in {"fail", "unknown"}]


def test_what_is_left_out_is_skipped_and_named(small: Small) -> None:
    (small.folder / "running").unlink()
    ended = small.verify("--only", "3,records")
    assert ended.code == 0
    assert ended.out.startswith(
        "Check 1: Skipped (not asked for)\n"
        "Check 2: Skipped (not asked for)\n"
        "Check 3: API endpoints [OK]\n"
        "  - /health: 200\n"
    )
    quick = small.verify("--quick", "--skip", "containers", "--skip", "4", "--format", "json")
    assert (quick.code, quick.document["mode"]) == (0, "quick")
    assert [(each["status"], each["summary"]) for each in quick.document["checks"]] == [
        ("skipped", "not asked for"),
        ("ok", "018 matches head"),
        ("skipped", "quick"),
        ("skipped", "not asked for"),
    ]


@pytest.mark.parametrize(
    "argv",
    [
        ["--only", "apis"],
        ["--skip", "1,2,3,4"],
        ["--target", "staging", "--only", "api"],
        ["--watch", "--wait", "5"],
        ["--watch", "--retry", "1"],
        ["--watch", "--format", "junit"],
        ["--watch", "0"],
        ["--wait", "nan"],
        ["--retry", "-1"],
    ],
    ids=" ".join,
)
def test_what_makes_no_sense_is_64_and_asks_nobody(small: Small, argv: list[str]) -> None:
    add_staging(small)
    ended = small.verify(*argv)
    assert (ended.code, ended.out) == (64, "")
    assert "error: " in ended.err
    assert not (small.folder / ".git" / "safeguards").exists()


def test_retries_are_told_and_end_with_the_first_pass(small: Small) -> None:
    # Every attempt asks all again: the second one finds what the first one has made.
    small.configure(
        '["test", "-e", "running"]',
        '["sh", "-c", "test -e again || { touch again; exit 1; }"]',
    )
    ended = small.verify("--retry", "3", "--only", "1,2")
    assert ended.code == 0
    assert "attempt 1 of 4: not well (exit code 1); the next one in 1 s\n" in ended.err
    assert "attempt 2" not in ended.err
    assert len(small.journal()) == 1


def test_an_engine_that_was_away_is_asked_anew(small: Small, tmp_path: Path) -> None:
    socket = tmp_path / "docker.sock"
    (small.folder / "docker.toml").write_text(
        '[targets.production]\nruntime = "docker"\ncontainers = ["web"]\n'
        f'docker-host = "unix://{socket}"\n'
    )
    argv = [sys.executable, "-m", "safeguards", "verify", "--config", "docker.toml", "--retry", "3"]
    with subprocess.Popen(
        argv,
        cwd=small.folder,
        env=small.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stdout is not None
        while "attempt 1 of 4" not in (line := process.stderr.readline()):
            assert line
        with servers.serving(servers.answering("404 Not Found", b"{}"), unix=socket):
            out = process.stdout.read()
            process.stderr.read()
    assert process.returncode == 1
    assert "the Docker engine refused: status 404" in out


def test_every_target_at_once(small: Small) -> None:
    add_staging(small)
    well = small.verify("--target", "all")
    assert well.code == 0
    assert well.out.startswith("== production: PASSED\nCheck 1: Containers [OK]\n")
    assert "\n== staging: PASSED\nCheck 1: Containers [OK]\n" in well.out
    assert well.out.count("PRODUCTION HEALTH CHECK") == 1
    assert well.out.endswith("\nPRODUCTION HEALTH CHECK PASSED\n")
    (small.folder / "staging").unlink()
    one = small.verify("--target", "all", "--format", "json")
    assert one.code == 1
    assert {key: one.document[key] for key in ("version", "status", "exit_code")} == {
        "version": 1,
        "status": "fail",
        "exit_code": 1,
    }
    assert [(each["target"], each["exit_code"]) for each in one.document["targets"]] == [
        ("production", 0),
        ("staging", 1),
    ]
    (small.folder / "running").unlink()
    assert small.verify("--target", "all").code == 1
    small.sql("delete from projects")
    both = small.verify("--target", "all", "--format", "tap")
    assert both.code == 99
    assert "not ok 1 - production: containers: production\n" in both.out
    assert [run["target"] for run in small.journal()[-2:]] == ["production", "staging"]


def test_a_target_whose_secret_is_missing_is_78_before_anybody_is_asked(small: Small) -> None:
    add_staging(small)
    del small.env["STAGING_URL"]
    ended = small.verify("--target", "all")
    assert (ended.code, ended.out) == (78, "")
    assert "targets.staging.database.url" in ended.err
    assert not (small.folder / ".git" / "safeguards").exists()


def test_a_target_hangs_and_the_others_have_their_verdict(small: Small) -> None:
    add_staging(small)
    with servers.serving(servers.silent) as place:
        small.env["STAGING_URL"] = f"postgresql://u:{CANARY}@{place}/d"
        ended = small.verify("--target", "all", "--format", "json")
    assert ended.code == 99
    production, staging = ended.document["targets"]
    assert (production["exit_code"], staging["exit_code"]) == (0, 99)
    assert CANARY not in ended.out + ended.err
    assert "staging migrations" in ended.err


def test_no_target_may_be_called_all(small: Small) -> None:
    small.configure("[targets.production]\n", "[targets.all]\n")
    ended = small.verify()
    assert ended.code == 78
    assert "targets" in ended.err
    assert '"all", which means every target' in ended.err


def test_whatever_fails_has_observed_expected_and_one_next_command(small: Small) -> None:
    def verified(*argv: str, **env: str) -> list[Any]:
        ended = small.verify(*argv, "--format", "json", **env)
        found = failed(ended.document)
        assert found
        for item in found:
            assert item["observed"], item
            assert item["expected"], item
            assert item["next"]["command"].strip(), item
            assert "\n" not in item["next"]["command"]
        return [item["subject"] for item in found]

    (small.folder / "running").unlink()
    small.sql("update alembic_version set version_num = '017'; delete from projects")
    small.configure("/health", "/nowhere")
    small.configure("projects = 1", "projects = 1\nnope = 1")
    small.configure("timeout = 2", "timeout = 0.2")
    small.configure('path = "/secret"', 'path = "/secret", body-matches = "x"')
    assert verified() == ["production", "database", "/secret", "Projects", "Nope"]
    small.sql("update alembic_version set version_num = 'zzz'")
    assert verified("--only", "2") == ["database"]
    small.sql("drop table alembic_version")
    assert verified("--only", "2") == ["database"]
    (small.folder / "migrations/versions/019.py").write_text("revision = '019'\ndown_revision =")
    assert verified("--only", "2")
    (small.folder / "alembic.ini").unlink()
    small.configure('[migrations]\nconfig = "alembic.ini"\n', "")
    assert verified("--only", "2")
    small.configure('status = ["test", "-e", "running"]', 'status = ["no-such-program"]')
    away = "postgresql://u:p@127.0.0.1:1/d"
    assert verified("--skip", "3", APP_DATABASE_URL=away)[0] == "production"


@pytest.mark.parametrize(
    ("name", "begin"),
    [("junit", "<?xml"), ("tap", "TAP version 13\n"), ("markdown", "### "), ("github", "::error ")],
)
def test_a_format_is_alone_on_stdout(small: Small, name: str, begin: str) -> None:
    small.sql("delete from projects")
    ended = small.verify("--format", name, "--only", "1,records", "-v")
    assert ended.code == 4
    assert ended.out.startswith(begin)
    if name == "junit":
        assert ElementTree.fromstring(ended.out).get("failures") == "1"


def test_prometheus_reads_the_numbers_of_every_target(small: Small) -> None:
    add_staging(small)
    (small.folder / "staging").unlink()
    ended = small.verify("--target", "all", "--format", "prometheus")
    assert ended.code == 1
    codes = {
        sample.labels["target"]: sample.value
        for family in text_string_to_metric_families(ended.out)
        for sample in family.samples
        if sample.name == "safeguards_verify_exit_code"
    }
    assert codes == {"production": 0.0, "staging": 1.0}


def test_a_reader_that_goes_away_changes_no_code(small: Small) -> None:
    small.sql("delete from projects")
    command = shlex.join([sys.executable, "-m", "safeguards", "verify", "--format", "tap"])
    done = subprocess.run(
        ["sh", "-c", f"{{ {command}; echo code $? >&2; }} | head -c 1"],
        cwd=small.folder,
        env=small.env,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stderr.endswith("code 4\n")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("argv", [["--wait", "60"], ["--retry", "60"], ["--target", "all"]])
def test_an_interrupt_leaves_nothing(small: Small, argv: list[str]) -> None:
    add_staging(small)
    with servers.serving(servers.silent) as place:
        small.env["STAGING_URL"] = f"postgresql://u:{CANARY}@{place}/d"
        target = [] if "--target" in argv else ["--target", "staging"]
        with subprocess.Popen(
            [sys.executable, "-m", "safeguards", "verify", *argv, *target],
            cwd=small.folder,
            env=small.env,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            assert "waiting for" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err.endswith("interrupted\n")
    assert not (small.folder / ".git" / "safeguards").exists()
