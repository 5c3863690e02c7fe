"""What the demo stands on: interrupts, ports, a folder that goes away, processes with a log."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from tests.integration.demo.kit import FOREGROUND

from safeguards.system.ports import free_port, listens
from safeguards.system.process import Background
from safeguards.system.processes import end_all
from safeguards.system.workshop import Workshop

INTERRUPTED = """
import os, signal
from safeguards.system.interrupts import Interrupts

with Interrupts() as interrupts:
    try:
        try:
            with interrupts.held():
                os.kill(os.getpid(), signal.SIGTERM)
                print("noted")
            print("not reached")
        finally:
            for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                os.kill(os.getpid(), each)
            print("cleaned")
    except KeyboardInterrupt:
        print("interrupted")
with Interrupts() as interrupts:
    interrupts.ignore()
    os.kill(os.getpid(), signal.SIGTERM)
    print("ignored")
signal.signal(signal.SIGHUP, signal.SIG_IGN)
with Interrupts():
    os.kill(os.getpid(), signal.SIGHUP)
print("nohup")
os.kill(os.getpid(), signal.SIGTERM)
"""


def test_the_first_interrupt_counts_and_waits_until_it_is_let_in() -> None:
    signals = FOREGROUND.partition("from safeguards")[0]
    done = subprocess.run(
        [sys.executable, "-u", "-c", signals + INTERRUPTED],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout.split() == ["noted", "cleaned", "interrupted", "ignored", "nohup"]
    assert done.returncode == -15


def test_a_port_that_is_taken_is_not_free() -> None:
    with closing(socket.socket()) as holder:
        holder.bind(("127.0.0.1", 0))
        taken = holder.getsockname()[1]
        assert not listens(taken)
        holder.listen()
        assert listens(taken)
        other = free_port(taken)
        assert other != taken
        assert not listens(other)


def test_the_preferred_port_is_taken_when_it_is_free() -> None:
    port = free_port(0)
    assert free_port(port) == port


def test_a_workshop_is_built_and_gone(tmp_path: Path) -> None:
    source = tmp_path / "source"
    (source / "__pycache__").mkdir(parents=True)
    (source / "__pycache__" / "old.pyc").touch()
    (source / ".hidden").write_text("kept")
    workshop = Workshop("it's a workshop-")
    try:
        workshop.overlay(source, "app")
        (source / ".hidden").write_text("newer")
        workshop.overlay(source, "app")
        workshop.program("hello", "-c", "import sys; print('hello', *sys.argv[1:])")
        assert [path.name for path in (workshop.folder / "app").iterdir()] == [".hidden"]
        assert workshop.read("app/.hidden") == "newer"
        assert workshop.read("no/such/file") == ""
        said = subprocess.check_output([workshop.folder / "bin" / "hello", "big world"], text=True)
        assert said == "hello big world\n"
    finally:
        assert workshop.remove()
    assert not workshop.folder.exists()


def test_a_background_process_has_its_folder_environment_and_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    script = "import os; print(os.getcwd(), os.environ['COLOR'], flush=True); os.read(0, 1)"
    script += "; import time; time.sleep(60)"
    environ = dict(os.environ) | {"COLOR": "blue"}
    process = Background((sys.executable, "-c", script), cwd=tmp_path, env=environ, log=log)
    try:
        deadline = time.monotonic() + 30
        while not log.read_text() and time.monotonic() < deadline:
            time.sleep(0.02)
        assert log.read_text() == f"{tmp_path} blue\n"
        assert process.running
    finally:
        process.stop()
    assert not process.running
    process.stop()


def test_all_processes_with_a_mark_are_ended(tmp_path: Path) -> None:
    environ = dict(os.environ) | {"MARK": f"{tmp_path}"}
    script = "setsid sh -c 'sleep 60 & echo ready; wait' & wait"
    argv = ("sh", "-c", script)
    with subprocess.Popen(argv, env=environ, stdout=subprocess.PIPE, text=True) as process:
        other = subprocess.Popen(("sleep", "60"), env=environ | {"MARK": f"{tmp_path}/other"})
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            end_all(f"MARK={tmp_path}")
            # It ends only with the last process that has the pipe open.
            assert process.stdout.read() == ""
            assert process.wait(30) == -9
            assert other.poll() is None
        finally:
            other.kill()
            other.wait()
