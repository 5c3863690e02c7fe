"""Commands on a leash: nothing of them is left, however they or we end."""

from __future__ import annotations

import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.integration.sync.leashes import Parent, children, eventually, marked

from safeguards.errors import DeadlineError, NotInstalledError, UnreachableError
from safeguards.system.leash import Leash, launch, leashed

STUBBORN = """
trap '' TERM INT HUP
(trap '' TERM INT HUP; sleep 300) &
setsid sh -c 'trap "" TERM INT HUP; sleep 300; true' &
sleep 0.2
echo ready
while :; do sleep 300; done
"""
"""A command that ignores requests, as do its children, one of which is in another session."""

Start = Callable[..., Parent]


@pytest.fixture
def start() -> Iterator[Start]:
    parents: list[Parent] = []

    def begin(kind: str, *argv: str, lock: Path | None = None) -> Parent:
        parents.append(Parent(kind, *argv, lock=lock))
        return parents[-1]

    yield begin
    for parent in parents:
        parent.close()


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "lock"
    path.touch()
    return path


def is_free(lock: Path) -> bool:
    handle = os.open(lock, os.O_RDWR)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(handle)


def test_our_death_ends_all_of_it(start: Start) -> None:
    parent = start("leashed", "sh", "-c", STUBBORN)
    parent.says("ready")
    assert len(parent.alive()) >= 5, "supervisor, shell, and three that sleep"
    parent.process.kill()
    assert eventually(lambda: not parent.alive()), parent.alive()


def test_our_death_at_any_moment_ends_all_of_it(start: Start) -> None:
    for moment in range(24):
        parent = start("leashed", "sh", "-c", STUBBORN)
        eventually(lambda parent=parent: bool(parent.alive()))  # type: ignore[misc]
        time.sleep(moment * 0.004)
        parent.process.kill()
        parent.process.wait()
        assert eventually(lambda parent=parent: not parent.alive()), (moment, parent.alive())  # type: ignore[misc]


def test_an_interrupt_reaches_the_command_and_nothing_is_left(start: Start) -> None:
    script = "trap 'echo cancelled; exit 4' INT; echo ready; while :; do sleep 0.1; done"
    parent = start("leashed", "sh", "-c", script)
    parent.says("ready")
    parent.process.send_signal(signal.SIGINT)
    out, err = parent.process.communicate(timeout=60)
    assert out == "cancelled\n"
    assert err.rstrip().endswith("KeyboardInterrupt")
    assert parent.alive() == []


def test_a_time_limit_asks_twice_before_it_kills() -> None:
    lines: list[str] = []
    script = "trap 'echo INT' INT; trap 'echo TERM' TERM; echo ready; while :; do sleep 0.05; done"
    with pytest.raises(DeadlineError, match="did not finish within 1 s"):
        leashed(("sh", "-c", script), timeout=1, tell=lines.append, grace=0.5)
    # The shell also tells what became of the child that it waited for.
    assert [line for line in lines if line != "Terminated"] == ["ready", "INT", "TERM"]


def test_a_command_that_obeys_is_not_asked_again() -> None:
    lines: list[str] = []
    script = "trap 'echo INT; exit' INT; trap 'echo TERM' TERM; while :; do sleep 0.05; done"
    with pytest.raises(DeadlineError):
        leashed(("sh", "-c", script), timeout=0.5, tell=lines.append, grace=30)
    assert lines == ["INT"]


def test_what_a_command_leaves_behind_is_ended(tmp_path: Path) -> None:
    env = dict(os.environ) | {"LEASH_MARK": str(tmp_path)}
    for left in ("sleep 300 &", "setsid sleep 300 &", "sleep 300 >/dev/null 2>&1 &"):
        done = leashed(("sh", "-c", f"{left} echo done"), timeout=60, env=env)
        assert (done.returncode, done.stdout) == (0, b"done\n")
        assert marked(str(tmp_path)) == []


def test_it_says_what_was_printed_and_how_it_ended() -> None:
    lines: list[str] = []
    script = "printf 'a\\r\\nb\\rc\\n\\n'; sleep 0.2; printf 'd\\303' >&2; sleep 0.2; kill -9 $$"
    done = leashed(("sh", "-c", script), timeout=60, tell=lines.append)
    assert (done.returncode, done.stdout, done.stderr) == (-9, b"a\r\nb\rc\n\n", b"d\xc3")
    assert lines == ["a", "b", "c", "", "d"]
    assert leashed(("sh", "-c", "exit 3"), timeout=60).returncode == 3


def test_much_output_arrives_whole_and_is_told_in_parts() -> None:
    sizes: list[int] = []
    script = "head -c 5000000 /dev/zero; seq 200000 >&2"
    done = leashed(("sh", "-c", script), timeout=60, tell=lambda line: sizes.append(len(line)))
    assert len(done.stdout) == 5_000_000
    assert done.stderr.split()[-1] == b"200000"
    assert len(sizes) > 200_000
    assert max(sizes) < 200_000


def test_endless_output_is_given_up(tmp_path: Path) -> None:
    env = dict(os.environ) | {"LEASH_MARK": str(tmp_path)}
    with pytest.raises(UnreachableError, match="printed more than 256 MiB"):
        leashed(("cat", "/dev/zero"), timeout=120, env=env)
    assert marked(str(tmp_path)) == []


def test_a_listener_that_fails_ends_the_command(tmp_path: Path) -> None:
    env = dict(os.environ) | {"LEASH_MARK": str(tmp_path)}

    def fail(line: str) -> None:
        raise ValueError(line)

    with pytest.raises(ValueError, match="x"):
        leashed(("sh", "-c", "echo x; sleep 300"), timeout=60, tell=fail, env=env)
    assert marked(str(tmp_path)) == []


def test_what_cannot_be_started_is_told(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text("no program")
    for program, said in (("no-such-program", "No such file"), (str(plain), "Permission denied")):
        with pytest.raises(NotInstalledError, match=f"cannot run {program}: {said}"):
            leashed((program,), timeout=60)
    with pytest.raises(NotInstalledError, match="true: no such folder"):
        leashed(("true",), timeout=60, cwd=tmp_path / "none")


def test_it_has_its_environment_folder_and_no_input(tmp_path: Path) -> None:
    folder = tmp_path / "a folder\nof two lines"
    folder.mkdir()
    env = {"PATH": os.environ["PATH"], "ODD": "a=b\nc", "PYTHONPATH": "/nowhere"}
    done = leashed(("env", "-0"), timeout=60, env=env)
    assert done.stdout.rstrip(b"\0").split(b"\0") == [f"{k}={v}".encode() for k, v in env.items()]
    read = leashed(("sh", "-c", "pwd; cat; echo end"), timeout=60, cwd=folder)
    assert read.text == f"{folder}\nend\n"


def test_signals_that_we_ignore_are_not_ignored_by_it() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with pytest.raises(DeadlineError):
            leashed(("sleep", "300"), timeout=0.3, grace=60)
    finally:
        signal.signal(signal.SIGINT, before)


def test_a_handle_is_held_as_long_as_anything_lives(start: Start, lock: Path) -> None:
    parent = start("leashed", "sh", "-c", STUBBORN, lock=lock)
    parent.says("ready")
    assert not is_free(lock)
    stopped = [pid for pid, line in marked(parent.mark) if "supervisor.py" in line]
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    parent.process.kill()
    parent.process.wait()
    assert not is_free(lock), "we are gone, what we started is not"
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    assert eventually(lambda: is_free(lock))
    assert parent.alive() == []


def test_a_killed_supervisor_is_told_and_its_command_ended(tmp_path: Path) -> None:
    env = dict(os.environ) | {"LEASH_MARK": str(tmp_path)}
    leash = Leash(("sleep", "300"), env=env)
    try:
        assert eventually(lambda: any(line == "sleep 300 " for _, line in marked(str(tmp_path))))
        leash.process.kill()
        with pytest.raises(UnreachableError, match="killed its supervisor"):
            leash.wait(30)
    finally:
        leash.cut()
    assert eventually(lambda: marked(str(tmp_path)) == [])


def test_what_is_launched_stays_and_holds_nothing(tmp_path: Path, lock: Path) -> None:
    env = dict(os.environ) | {"LEASH_MARK": str(tmp_path)}
    log = tmp_path / "log"
    log.write_text("before\n")
    handle = os.open(lock, os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)
    script = "sleep 300 & echo started; exit 5"
    done = launch(("sh", "-c", script), timeout=60, cwd=tmp_path, env=env, log=log, held=(handle,))
    os.close(handle)
    try:
        assert (done.returncode, done.stdout) == (5, b"started\n")
        assert log.read_text() == "before\nstarted\n"
        assert [line for _, line in marked(str(tmp_path))] == ["sleep 300 "]
        assert is_free(lock)
    finally:
        for pid, _ in marked(str(tmp_path)):
            os.kill(pid, 9)


def test_a_launch_goes_on_without_us_and_is_locked_until_it_ended(start: Start, lock: Path) -> None:
    script = "echo begun; while [ ! -e go ]; do sleep 0.02; done; sleep 300 & echo left; exit 0"
    parent = start("launch", "sh", "-c", script, lock=lock)
    log = lock.with_name("log")
    assert eventually(lambda: log.exists() and log.read_text() == "begun\n")
    parent.process.kill()
    parent.process.wait()
    assert not is_free(lock)
    lock.with_name("go").touch()
    assert eventually(lambda: is_free(lock))
    assert log.read_text() == "begun\nleft\n"
    assert parent.alive() == ["sleep 300 "]


def test_a_launch_that_does_not_return_is_ended(tmp_path: Path) -> None:
    env = dict(os.environ) | {"LEASH_MARK": str(tmp_path)}
    with pytest.raises(DeadlineError, match=r"did not finish within 0\.5 s"):
        launch(("sleep", "300"), timeout=0.5, cwd=tmp_path, env=env, log=tmp_path / "log")
    assert marked(str(tmp_path)) == []


def test_a_launch_that_cannot_start_leaves_no_process(tmp_path: Path) -> None:
    before = children()
    for _ in range(5):
        with pytest.raises(NotInstalledError):
            launch(("no-such-program",), timeout=5, cwd=tmp_path, env={}, log=tmp_path / "log")
        assert children() <= before
