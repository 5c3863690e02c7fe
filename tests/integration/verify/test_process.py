from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from safeguards.errors import DeadlineError, NotInstalledError, UnreachableError
from safeguards.system.process import MAX_OUTPUT, Background, run


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_what_it_printed_and_how_it_ended() -> None:
    done = run(["sh", "-c", "cat; printf err >&2; exit 3"], timeout=10, stdin=b"in\x00put")
    assert (done.returncode, done.stdout, done.stderr) == (3, b"in\x00put", b"err")


def test_much_input_and_output_at_once() -> None:
    data = os.urandom(1_000_000)
    assert run(["cat"], timeout=30, stdin=data).stdout == data


def test_input_that_nobody_reads() -> None:
    assert run(["true"], timeout=10, stdin=b"x" * 1_000_000).returncode == 0


def test_a_group_that_does_not_end_is_gone_after_the_deadline(tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    script = f"sleep 60 & echo $! > {pids}; sleep 60"
    started = time.monotonic()
    with pytest.raises(DeadlineError, match=r"sh did not finish within 0\.5 s"):
        run(["sh", "-c", script], timeout=0.5)
    assert time.monotonic() - started < 5
    time.sleep(0.1)
    assert not alive(int(pids.read_text()))


def test_a_child_that_closed_its_outputs_still_has_the_deadline() -> None:
    with pytest.raises(DeadlineError):
        run(["sh", "-c", "exec >&- 2>&-; sleep 30"], timeout=0.5)


def test_endless_output_is_cut_off() -> None:
    with pytest.raises(UnreachableError, match=f"more than {MAX_OUTPUT // 2**20} MiB"):
        run(["cat", "/dev/zero"], timeout=120)


def test_what_a_thread_waits_for_ends_with_the_program(tmp_path: Path) -> None:
    program = f"""
import os, threading, time
from safeguards.system.process import run
argv = ["sh", "-c", "echo $$ > {tmp_path}/new; mv {tmp_path}/new {tmp_path}/pid; sleep 600"]
threading.Thread(target=run, args=(argv,), kwargs={{"timeout": 600}}, daemon=True).start()
while not os.path.exists("{tmp_path}/pid"):
    time.sleep(0.01)
"""
    assert run([sys.executable, "-c", program], timeout=60).returncode == 0
    assert not alive(int((tmp_path / "pid").read_text()))


def test_missing_programs_and_folders(tmp_path: Path) -> None:
    with pytest.raises(NotInstalledError, match="cannot run no-such-program"):
        run(["no-such-program"], timeout=5)
    with pytest.raises(NotInstalledError, match="none"):
        run(["true"], timeout=5, cwd=tmp_path / "none")
    (tmp_path / "plain").write_text("")
    with pytest.raises(NotInstalledError, match="Permission denied"):
        run([str(tmp_path / "plain")], timeout=5)


def test_no_descriptor_is_left_open() -> None:
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        run(["true"], timeout=5)
        with pytest.raises(DeadlineError):
            run(["sleep", "5"], timeout=0.05)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_process_in_the_background_ends_when_it_is_told() -> None:
    process = Background(["sleep", "60"])
    assert process.running
    process.stop()
    process.stop()
    assert not process.running
