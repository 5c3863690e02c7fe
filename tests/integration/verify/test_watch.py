"""`safeguards verify --watch` as a program, on terminals and without one."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.integration.verify.conftest import Small
from tests.integration.verify.terminal import PATIENCE, Terminal
from tests.support.awaited import await_that

WATCH = (sys.executable, "-m", "safeguards", "verify", "--watch", "1")
LEFT_SCREEN = b"\x1b[?1049l"
SHOWN_CURSOR = b"\x1b[?25h"


def watching(small: Small, *argv: str, **options: int) -> Terminal:
    return Terminal((*WATCH, *argv), small.folder, small.env, **options)


def seconds(text: str) -> int:
    """For how long a look has been going on."""
    found = re.search(r"looking for (\d+) s", text)
    return int(found[1]) if found else 0


def alive(pid: int) -> bool:
    """Whether a process still runs; a dead one may wait to be reaped."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


@contextmanager
def piped(small: Small, *argv: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [*WATCH, *argv],
        cwd=small.folder,
        env=small.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(PATIENCE, process.kill)
    watchdog.start()
    try:
        with process:
            yield process
    finally:
        watchdog.cancel()


def block(process: subprocess.Popen[str]) -> list[str]:
    """The lines of the next block."""
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line.rstrip("\n"))
        if line.startswith("PRODUCTION HEALTH CHECK"):
            break
    return lines


def test_a_screen_follows_production_and_its_window(small: Small) -> None:
    script = small.folder / "status.sh"
    script.write_text("exit 0\n")
    small.configure('["test", "-e", "running"]', '["sh", "status.sh"]')
    terminal = watching(small)
    shown = terminal.until(lambda text: "PASSED for" in text and "looked" in text)
    assert "Check 3: API endpoints [OK]" in shown
    small.sql("delete from projects")
    told = (
        "FAILED (exit code 4) for",
        "Check 4: Record counts [FAIL]\n  - Projects: 0, the table is empty\n",
        "observed: 0; expected: at least 1",
        "Record counts: Projects: OK -> FAIL",
    )
    # What is read in the middle of drawing has a part of the frame before.
    shown = terminal.until(lambda text: all(each in text for each in told))
    assert any(line and not set(line) - set(".F") and "F" in line for line in shown.splitlines())
    terminal.resize(44, 18)
    terminal.until(lambda text: "... " in text and "lines more" in text and "ctrl-C ends" in text)
    # A stage that hangs: the screen goes on, and says so.
    script.write_text("echo $$ > pid; exec sleep 300\n")
    terminal.until(lambda text: seconds(text) >= 2)
    begun = seconds(terminal.text)
    shown = terminal.until(lambda text: seconds(text) > begun)
    assert "PRODUCTION HEALTH CHECK FAILED" in shown
    terminal.type(b"\x03")
    assert terminal.end() == 130
    after = terminal.written.rpartition(LEFT_SCREEN)[2].decode()
    assert SHOWN_CURSOR in terminal.written
    assert "CHECK \x1b[1;31mFAILED\x1b[0m\r\n" in after
    assert after.rstrip().endswith("interrupted")
    pid = int((small.folder / "pid").read_text())
    await_that(lambda: not alive(pid), "what was asked ended with who asked it")
    assert [run["exit_code"] for run in small.journal()] == [0, 4]


def test_a_screen_of_every_target_without_colours(small: Small) -> None:
    with (small.folder / "safeguards.toml").open("a") as file:
        file.write('\n[targets.staging]\nruntime = "command"\n')
        file.write('[targets.staging.command]\nstatus = ["test", "-e", "staging"]\n')
    small.env["NO_COLOR"] = "1"
    terminal = watching(small, "--target", "all", "--no-journal", rows=40)
    shown = terminal.until(lambda text: "== staging: FAILED (exit code 1)" in text)
    assert "== production: PASSED\n" in shown
    assert "PRODUCTION HEALTH CHECK FAILED (exit code 1) for" in shown
    (small.folder / "staging").touch()
    shown = terminal.until(lambda text: "== staging: PASSED" in text)
    assert "staging: Containers: staging: FAIL -> OK" in shown
    terminal.type(b"\x03")
    assert terminal.end() == 130
    assert b"\x1b[3" not in terminal.written
    assert not (small.folder / ".git" / "safeguards").exists()


def test_a_window_that_is_closed_ends_it(small: Small, tmp_path: Path) -> None:
    err = tmp_path / "err"
    terminal = Terminal((*WATCH, "--quick"), small.folder, small.env, err=err)
    terminal.until(lambda text: "PASSED for" in text)
    terminal.close()
    assert terminal.code() == 130
    assert err.read_text().strip() == "interrupted"


def test_without_a_terminal_a_block_for_each_change_until_nobody_reads(small: Small) -> None:
    with piped(small, "--quick") as process:
        first = block(process)
        assert first[0].startswith("-- 20")
        assert first[1:3] == [
            "Check 1: Containers [OK]",
            "Check 2: Migrations [OK] (018 matches head)",
        ]
        assert first[-1] == "PRODUCTION HEALTH CHECK PASSED"
        (small.folder / "running").unlink()
        second = block(process)
        assert second[1] == "changed: Containers: production: OK -> FAIL"
        assert second[-1] == "PRODUCTION HEALTH CHECK FAILED"
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1
    assert [run["exit_code"] for run in small.journal()] == [0, 1]


def test_json_is_a_document_on_each_line(small: Small) -> None:
    with piped(small, "--only", "1,records", "--format", "json") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        documents = [json.loads(process.stdout.readline()) for _ in range(2)]
        process.send_signal(signal.SIGTERM)
        err = process.stderr.read()
    assert (process.returncode, err.strip()) == (130, "interrupted")
    assert [each["exit_code"] for each in documents] == [0, 0]
    assert [each["status"] for each in documents[0]["checks"]] == ["ok", "skipped", "skipped", "ok"]
    assert documents[0]["started_at"] < documents[1]["started_at"]
    assert len(small.journal()) == 1


@pytest.mark.parametrize("columns", [60, 200])
def test_on_a_narrow_terminal_a_command_stays_whole(small: Small, columns: int) -> None:
    small.sql("delete from projects")
    argv = (sys.executable, "-m", "safeguards", "verify", "--quick", "--no-journal")
    terminal = Terminal(argv, small.folder, small.env, columns=columns)
    assert terminal.end() == 4
    lines = terminal.written.decode().replace("\r", "").splitlines()
    command = next(line for line in lines if "sqlite3 " in line)
    assert "select count" in command
    if columns == 60:
        assert lines[lines.index(command) - 1] == "      next:"
        others = [line for line in lines if line != command and "\x1b" not in line]
        assert max(len(line) for line in others) <= 60
    else:
        assert command.startswith("      next: sqlite3 ")
