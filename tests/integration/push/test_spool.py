"""Locks and logs that many processes share."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.push.kit import until

from safeguards.errors import UnreachableError
from safeguards.system.process import Detached
from safeguards.system.spool import KEPT_LOGS, Spool

CROWD = """\
import sys, time
from pathlib import Path
from safeguards.system.spool import Spool
spool, inside, got = Spool(Path(sys.argv[1])), Path(sys.argv[1], "inside"), 0
for _ in range(60):
    with spool.locked("one") as held:
        if held:
            got += 1
            inside.mkdir()  # fails when somebody else is inside
            time.sleep(0.001)
            inside.rmdir()
    spool.is_locked("one")
print(got)
"""

PARENT = """\
import os, subprocess, sys, time
child = subprocess.Popen(["sleep", "60"], pass_fds=[int(sys.argv[1])])
print(os.getpid(), child.pid, flush=True)
time.sleep(60)
"""


def test_a_lock_that_goes_with_its_file_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    crowd = [
        subprocess.Popen([sys.executable, "-c", CROWD, tmp_path], stdout=subprocess.PIPE, text=True)
        for _ in range(5)
    ]
    got = [int(each.communicate(timeout=60)[0] or 0) for each in crowd]
    assert [each.returncode for each in crowd] == [0] * 5
    assert all(got)
    assert not Spool(tmp_path).is_locked("one")


def test_a_lock_ends_with_the_last_of_those_that_inherited_it(tmp_path: Path) -> None:
    spool, log = Spool(tmp_path), tmp_path / "log"
    with spool.held("one") as handle:
        argv = (sys.executable, "-c", PARENT, str(handle))
        parent = Detached(argv, cwd=tmp_path, env=os.environ, log=log, held=(handle,))
    assert spool.is_locked("one")
    until(lambda: log.read_text().endswith("\n"))
    first, second = map(int, log.read_text().split())
    os.kill(first, signal.SIGKILL)
    parent.follow(lambda _: None)
    assert spool.is_locked("one")
    os.kill(second, signal.SIGKILL)
    until(lambda: not spool.is_locked("one"))


def test_old_logs_go_and_none_of_work_that_goes_on(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    names = [f"push{number:03}" for number in range(KEPT_LOGS + 10)]
    spool.put(names[1], b"{}")
    for name in names:
        spool.new_log(name)
    spool.new_log(names[0])
    left = {path.stem for path in (tmp_path / "logs").iterdir()}
    assert {names[0], names[1]} <= left
    assert len(left) <= KEPT_LOGS + 2


def test_a_record_is_whole_or_not_there_when_the_disk_is_full(small_disk: Path) -> None:
    spool = Spool(small_disk)
    spool.put("small", b"{}")
    with pytest.raises(UnreachableError, match="No space left"):
        spool.put("large", b"x" * 2**20)
    assert spool.pending() == (("small", b"{}"),)
    assert [path.name for path in (small_disk / "pending").iterdir()] == ["small.json"]
