"""The program among others: cache, two at once, a closed pipe, an interrupt, a terminal."""

from __future__ import annotations

import os
import pty
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.scan.kit import (
    BROKEN,
    CLEAN,
    FAULTS,
    FOUND,
    ONE_KEY,
    PROGRAM,
    Ended,
    scan,
    scan_json,
    write,
)


def without_time(ended: Ended) -> tuple[int, str, str]:
    return ended.code, re.sub(r'"duration_ms":\d+', "", ended.out), ended.err


def cache_of(repo: GitRepo) -> Path:
    return repo.top / ".git" / "safeguards" / "cache" / "facts"


def verdicts_of(repo: GitRepo) -> Path:
    return cache_of(repo).with_name("verdicts")


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_the_cache_changes_nothing_that_is_printed(repo: GitRepo, form: str) -> None:
    write(repo.top, {**FAULTS, **BROKEN})
    argv = ("-v", "--format", form) if form == "json" else ("--format", form)

    def printed() -> tuple[int, str, str]:
        code, out, err = without_time(scan(*argv, cwd=repo.top))
        return code, out, re.sub(r"\d+ ms", "", err)

    cold = printed()
    assert cold[0] == 1
    caches = (cache_of(repo), verdicts_of(repo))
    before = [each.read_bytes() for each in caches]
    assert printed() == cold
    assert [each.read_bytes() for each in caches] == before
    verdicts_of(repo).unlink()
    assert printed() == cold
    assert [each.read_bytes() for each in caches] == before
    for at in range(5):
        for each, whole in zip(caches, before, strict=True):
            half, flipped = whole[: len(whole) // 2], whole[:-1] + bytes([whole[-1] ^ 1])
            each.write_bytes((b"", b"x", half, flipped, whole[::-1])[at])
        assert printed() == cold
    for each in caches:
        each.unlink()
        each.mkdir()
    assert printed() == cold


def test_the_cache_notices_every_change(repo: GitRepo) -> None:
    write(repo.top, BROKEN)
    assert scan_json(cwd=repo.top).rules == FOUND
    write(repo.top, {"shop/post.py": ONE_KEY})
    assert scan_json(cwd=repo.top).rules == []
    write(repo.top, BROKEN)
    assert scan_json(cwd=repo.top).rules == FOUND
    (repo.top / "shop" / "post.py").unlink()
    assert scan_json(cwd=repo.top).rules == [("shop/user.py", "SG105")]


def test_a_whole_result_is_not_used_for_other_settings(repo: GitRepo) -> None:
    write(repo.top, BROKEN)
    warned = scan("--format", "json", "--strict", cwd=repo.top)
    assert scan_json(cwd=repo.top).rules == FOUND
    write(repo.top, {"safeguards.toml": "[scan]\nignore = ['SG101']\n"})
    assert scan_json(cwd=repo.top).rules == []
    (repo.top / "safeguards.toml").unlink()
    assert scan_json(cwd=repo.top).rules == FOUND
    assert without_time(scan("--format", "json", "--strict", cwd=repo.top)) == without_time(warned)
    assert scan_json("shop/post.py", cwd=repo.top).rules == []


def test_the_models_are_the_same_beside_a_whole_result(repo: GitRepo) -> None:
    write(repo.top, BROKEN)
    for name in ("first", "second"):
        argv = ("--dump-models", f"{name}.json", "--graph", f"{name}.mmd")
        assert scan(*argv, cwd=repo.top).code == 1
    for kind in ("json", "mmd"):
        first, second = (repo.top / f"{name}.{kind}" for name in ("first", "second"))
        assert first.read_bytes() == second.read_bytes()


def test_a_scan_leaves_nothing_but_its_cache(repo: GitRepo) -> None:
    write(repo.top, BROKEN)
    repo.git("add", "-A")
    before = {*repo.top.rglob("*")}
    for argv in ((), ("--staged",), ("--format", "json")):
        scan(*argv, cwd=repo.top)
    cache = cache_of(repo)
    new = {*repo.top.rglob("*")} - before
    assert {cache, verdicts_of(repo)} < new
    outside = {path for path in new if cache.parent not in path.parents}
    assert outside == {cache.parent, cache.parent.parent}
    assert repo.git("status", "--porcelain") == "".join(f"A  {path}\n" for path in sorted(BROKEN))


def test_without_git_the_cache_lies_where_xdg_says(plain: Path, tmp_path: Path) -> None:
    write(plain, BROKEN)
    assert scan(cwd=plain, env={"XDG_CACHE_HOME": str(tmp_path / "xdg")}).code == 1
    assert (tmp_path / "xdg" / "safeguards" / "facts").is_file()
    assert scan(cwd=plain).code == 1
    assert (Path(os.environ["HOME"]) / ".cache" / "safeguards" / "facts").is_file()
    assert sorted(path.name for path in plain.iterdir()) == ["shop"]
    assert scan_json(cwd=plain, env={"HOME": "/dev/null", "XDG_CACHE_HOME": ""}).rules == FOUND
    assert scan_json(cwd=plain, env={"XDG_CACHE_HOME": "/dev/null/x"}).rules == FOUND


def large(top: Path, models: int = 1) -> None:
    """A project of two megabytes, large enough for several processes."""
    head, _, post = ONE_KEY.partition("\n\n\n")
    padding = f"# {'x' * 95}\n" * 200
    for number in range(100):
        names = [f"Post{number}x{each}" for each in range(models)]
        bodies = [post.replace("Post", n).replace('"post"', repr(n)) for n in names]
        more = "\n\n".join([f"{head}\n{padding}", *bodies])
        write(top, {f"shop/more{number}.py": more})
    write(top, BROKEN)


def test_two_scans_at_once_print_the_same_and_leave_one_cache(repo: GitRepo) -> None:
    write(repo.top, {**FAULTS, **BROKEN})
    started = [
        subprocess.Popen(
            [*PROGRAM, "scan"], cwd=repo.top, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for _ in range(4)
    ]
    ended = [(*each.communicate(timeout=60), each.returncode) for each in started]
    assert len(set(ended)) == 1
    assert ended[0][1:] == (b"", 1)
    assert sorted(path.name for path in cache_of(repo).parent.iterdir()) == ["facts", "verdicts"]


def test_a_large_project_is_read_by_several_processes_alike(repo: GitRepo) -> None:
    large(repo.top)
    ended = scan_json(cwd=repo.top)
    assert (ended.code, ended.err, ended.rules) == (1, "", FOUND)
    assert without_time(scan_json(cwd=repo.top)) == without_time(ended)


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_a_reader_that_goes_away_is_no_error(repo: GitRepo, form: str) -> None:
    many = "".join(f"    r{i} = relationship('User')\n" for i in range(2000))
    write(repo.top, {**BROKEN, "shop/post.py": BROKEN["shop/post.py"] + many})
    started = subprocess.Popen(
        [*PROGRAM, "scan", "--format", form],
        cwd=repo.top,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert started.stdout is not None
    assert started.stderr is not None
    assert started.stdout.read(20)
    started.stdout.close()
    assert started.stderr.read() == b""
    started.stderr.close()
    assert started.wait(timeout=60) == 1


@pytest.mark.parametrize(("content", "code"), [(BROKEN, 1), ({}, 0)])
@pytest.mark.parametrize("stdout", ["without a reader", "closed"])
def test_what_becomes_of_the_output_changes_no_verdict(
    repo: GitRepo, content: dict[str, str], code: int, stdout: str
) -> None:
    write(repo.top, content)
    command = shlex.join([*PROGRAM, "scan", "--format", "json"])
    if stdout == "closed":
        command += " >&-"
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=repo.top,
        stdout=writer,
        stderr=subprocess.PIPE,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (code, b"")


def test_nobody_who_reads_the_errors_is_no_pass(repo: GitRepo) -> None:
    write(repo.top, CLEAN)
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*PROGRAM, "scan", "-v"],
        cwd=repo.top,
        stdout=subprocess.PIPE,
        stderr=writer,
        timeout=60,
        check=False,
    )
    os.close(writer)
    assert (done.returncode, done.stdout) == (69, b"")


def test_a_full_disk_is_said_and_is_not_success(repo: GitRepo) -> None:
    write(repo.top, BROKEN)
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [*PROGRAM, "scan"],
            cwd=repo.top,
            stdout=full,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert done.returncode == 69
    assert done.stderr == (
        b"error: No space left on device: the output could not be written\n"
        b"hint: make room there, then run this again\n"
    )


@contextmanager
def started_scan(cwd: Path, *argv: str) -> Iterator[subprocess.Popen[bytes]]:
    """A scan in a process group of its own; ended with the block, whatever happens."""
    process = subprocess.Popen(
        [*PROGRAM, "scan", *argv],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate(timeout=60)


def until(deadline: float = 30.0) -> Iterator[None]:
    end = time.monotonic() + deadline
    while time.monotonic() < end:
        yield
        time.sleep(0.005)
    raise AssertionError("did not happen in time")


def test_an_interrupt_is_130_and_one_word(repo: GitRepo) -> None:
    """The scan waits for its configuration to come through a pipe."""
    write(repo.top, CLEAN)
    pipe = repo.top / "slow.toml"
    os.mkfifo(pipe)
    with started_scan(repo.top, "--config", "slow.toml") as process:
        for _ in until():
            try:
                writer = os.open(pipe, os.O_WRONLY | os.O_NONBLOCK)
                break
            except OSError:
                continue
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
        os.close(writer)
    assert (process.returncode, out, err.strip()) == (130, b"", b"interrupted")


def helpers(pid: int) -> list[str]:
    """The children that run what their parent runs; git is none."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [each for each in children if command_of(each) == command_of(str(pid))]


def command_of(pid: str) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


@pytest.mark.skipif(len(os.sched_getaffinity(0)) < 2, reason="one core works in one process")
def test_an_interrupt_of_several_processes_is_just_as_quiet(repo: GitRepo) -> None:
    large(repo.top, models=30)
    with started_scan(repo.top) as process:
        for _ in until():
            workers = helpers(process.pid)
            time.sleep(0.05)  # a child that is about to be git runs what its parent runs, too
            if workers and helpers(process.pid) == workers:
                break
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err.strip()) == (130, b"", b"interrupted")
    assert not any(Path(f"/proc/{worker}").exists() for worker in workers)
    assert not cache_of(repo).exists()


def on_a_terminal(cwd: Path, *argv: str, **env: str) -> str:
    """What a scan prints on a real pseudo-terminal."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [*PROGRAM, "scan", *argv],
        cwd=cwd,
        env={**os.environ, "TERM": "xterm", **env},
        stdout=theirs,
        stderr=subprocess.PIPE,
    )
    os.close(theirs)
    shown = b""
    try:
        while chunk := os.read(ours, 65536):
            shown += chunk
    except OSError:
        pass  # Linux says EIO when the other end is closed
    finally:
        os.close(ours)
    _, err = process.communicate(timeout=60)
    assert err == b""
    return shown.decode().replace("\r\n", "\n")


def test_colours_on_a_terminal_unless_they_are_not_wanted(repo: GitRepo) -> None:
    write(repo.top, BROKEN)
    plain = scan(cwd=repo.top).out
    colored = on_a_terminal(repo.top)
    assert "\x1b[31;1merror:\x1b[0m" in colored
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == plain
    assert on_a_terminal(repo.top, NO_COLOR="") == colored
    assert on_a_terminal(repo.top, "--no-color") == plain
    for value in ("1", "0", "no", "anything"):
        assert on_a_terminal(repo.top, NO_COLOR=value) == plain


def test_no_color_is_never_wrong_usage(repo: GitRepo) -> None:
    write(repo.top, CLEAN)
    for value in ("x", "", "false"):
        assert scan(cwd=repo.top, env={"NO_COLOR": value}) == Ended(0, "", "")
