"""Progress of a long scan, on a clock that tests move on."""

from __future__ import annotations

import os
import pty
import subprocess
import sys

import pytest

from safeguards.cli.scans.counting import Counting
from safeguards.system.clock import FakeClock

LONG = """
from safeguards.cli.scans.counting import Counting
from safeguards.system.clock import FakeClock

clock = FakeClock()
with Counting(clock, terminal=True, quiet=True) as counting:
    for done in range(0, 2000, 100):
        counting.tick(done, 2000)
        clock.sleep(0.5)
"""


def told(
    capsys: pytest.CaptureFixture[str],
    *ticks: tuple[float, int],
    total: int = 2000,
    quiet: bool = False,
) -> str:
    """What is on stderr after ticks, each so many seconds after the one before."""
    clock = FakeClock()
    with Counting(clock, terminal=False, quiet=quiet) as counting:
        for seconds, done in ticks:
            clock.sleep(seconds)
            counting.tick(done, total)
    out, err = capsys.readouterr()
    assert out == ""
    return err


def test_what_is_quick_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, (0, 1), (0.9, 1999)) == ""


def test_lines_are_few(capsys: pytest.CaptureFixture[str]) -> None:
    said = told(capsys, (1.1, 400), (0.1, 450), (0.5, 700), (1.5, 1500), (0.1, 1600))
    assert said == "scanning: 400 of 2,000 files\nscanning: 1,500 of 2,000 files\n"


def test_a_few_files_are_not_counted(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, (5, 1), (5, 2), total=3) == ""


def test_a_hook_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, (5, 400), quiet=True) == ""


def test_fixes_are_counted_however_few(capsys: pytest.CaptureFixture[str]) -> None:
    clock = FakeClock()
    with Counting(clock, terminal=False, quiet=False) as counting:
        counting.fixes(0, 7)
        clock.sleep(4.9)
        counting.fixes(2, 7)
        clock.sleep(0.2)
        counting.fixes(3, 7)
        counting.fixes(4, 7)
    assert capsys.readouterr().err == "trying fixes: 3 of 7\n"


def test_on_a_terminal_it_is_a_region_that_goes_away() -> None:
    ours, theirs = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-c", LONG],
        stdout=subprocess.PIPE,
        stderr=theirs,
        env={**os.environ, "TERM": "xterm"},
        timeout=60,
        check=True,
    )
    os.close(theirs)
    shown = os.read(ours, 100_000).decode()
    os.close(ours)
    assert done.stdout == b""
    assert "scanning: 1,900 of 2,000 files" in shown
    assert "scanning: 100 of 2,000 files" not in shown
    assert "\n" not in shown.replace("\r\n\x1b[?25h", "")
    assert shown.rpartition("files")[2].endswith("\x1b[2K")
