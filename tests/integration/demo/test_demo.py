"""`safeguards demo` for real: it tells the truth, needs nothing and leaves nothing."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.integration.demo.kit import NOTHING, Place
from tests.support.shell import ROOT
from tests.support.told import shown_in_readme, told

pytestmark = pytest.mark.slow

Played = tuple["subprocess.CompletedProcess[str]", Place]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "place")


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """One run to its end, for all tests that only look at it."""
    place = Place(tmp_path_factory.mktemp("demo") / "place")
    return place.play(), place


def test_all_goes_as_told(played: Played) -> None:
    done, _ = played
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].startswith("47 commands ended as told, in ")


def test_readme_shows_what_it_prints(played: Played) -> None:
    done, _ = played
    assert told(done.stdout) == told(shown_in_readme())


def test_each_breakage_has_its_exit_code_and_each_repair_helps(played: Played) -> None:
    done, _ = played
    lines = done.stdout.splitlines()
    verifies = [i for i, line in enumerate(lines) if line == "$ safeguards verify"]
    codes = [next(each for each in lines[i:] if each.startswith("exit code")) for i in verifies]
    assert [int(code.split()[-1]) for code in codes] == [0, 0, 0, 1, 0, 2, 0, 3, 0, 4, 0]


def test_what_does_not_start_replaces_nothing_and_what_fails_is_taken_back(played: Played) -> None:
    done, _ = played
    startless = done.stdout.partition("\n4. ")[2].partition("\n5. ")[0]
    assert "  trial: fail" in startless
    assert "  roll: " not in startless
    assert "\nexit code 12\n" in startless
    assert "and always answered" in startless
    workless = done.stdout.partition("\n5. ")[2].partition("\n6. ")[0]
    assert "  rollback: ok" in workless
    assert "\nexit code 15\n" in workless
    silent = float(workless.partition("was silent for ")[2].partition(" s")[0])
    assert 0 < silent < 30


def test_the_refusal_is_that_of_the_scan_and_of_sqlalchemy(played: Played) -> None:
    done, _ = played
    refused = done.stdout.partition("\n2. ")[2].partition("\n3. ")[0]
    assert refused.count("SG101 error:") == 2
    assert "AmbiguousForeignKeysError" in refused
    assert refused.count("\nexit code 1") == 2


def test_nothing_is_left(played: Played) -> None:
    _, place = played
    assert place.left() == NOTHING


def test_json_keep_and_a_port_that_is_taken(place: Place) -> None:
    with closing(socket.socket()) as holder:
        holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            holder.bind(("127.0.0.1", 8000))
            holder.listen()
        except OSError:
            pass  # somebody else has it, which is as good
        done = place.play("--format", "json", "--keep")
    assert done.returncode == 0, done.stderr
    told_as_data = json.loads(done.stdout)
    assert told_as_data["status"] == "pass"
    assert {step["status"] for step in told_as_data["steps"]} == {"pass"}
    assert "It answers at http://127.0.0.1:" in done.stderr
    assert "127.0.0.1:8000" not in done.stderr

    (kept,) = place.temporary.iterdir()
    assert f"kept: {kept}" in done.stderr
    assert place.processes() == []
    log = subprocess.run(
        ["git", "--git-dir", str(kept / "shop" / ".git"), "log", "--format=%s"],
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    subjects = [
        "Find orders faster",
        'Revert "Let the worker pause"',
        "Let the worker pause",
        'Revert "Show currencies by their symbols"',
        "Show currencies by their symbols",
        "Let somebody else pay",
        "Open the shop",
    ]
    assert log.stdout.splitlines() == subjects


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("moment", ["git commit", "safeguards verify"])
def test_an_interrupt_leaves_nothing(place: Place, number: signal.Signals, moment: str) -> None:
    process = place.start()
    try:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(f"$ {moment}"):
                break
        process.send_signal(number)
        process.send_signal(number)  # the second must not cut the cleaning up short
        _, err = process.communicate(timeout=30)
    finally:
        process.kill()
    assert (process.returncode, err.strip()) == (130, "interrupted")
    assert place.left() == NOTHING


def test_another_way_ends_with_its_log(place: Place, tmp_path: Path) -> None:
    """A git that skips hooks: the commit that must be refused is not."""
    shim = tmp_path / "bin" / "git"
    shim.parent.mkdir()
    git = shutil.which("git")
    shim.write_text(
        '#!/bin/sh\nverb=$1; shift\n[ "$verb" = commit ] && set -- --no-verify "$@"\n'
        f'exec {git} "$verb" "$@"\n'
    )
    shim.chmod(0o755)
    done = place.play(PATH=f"{shim.parent}:{place.environ['PATH']}")
    assert done.returncode == 70
    assert '`git commit --quiet --message "Let somebody else pay"` ended with 0' in done.stderr
    (log,) = [line.split(": ", 1)[1] for line in done.stderr.splitlines() if "  log: " in line]
    assert "$ safeguards verify\nCheck 1: Containers [OK]" in Path(log).read_text()
    assert "Uvicorn running on" in Path(log).read_text()
    assert place.left() == {"home": [".local"], "temporary": [], "processes": []}


def test_without_git_it_says_so(place: Place, tmp_path: Path) -> None:
    done = place.play(PATH=str(tmp_path))
    assert done.returncode == 69
    assert done.stderr == "error: the demo needs git, which is not on the PATH\nhint: install git\n"
    assert place.left() == NOTHING


def test_without_the_extra_it_says_what_to_install(place: Place, tmp_path: Path) -> None:
    """An installation of everything but FastAPI and uvicorn, made of links to this one's."""
    libraries = tmp_path / "libraries"
    libraries.mkdir()
    for folder in {Path(path) for path in sys.path if path.endswith("site-packages")}:
        for each in folder.iterdir():
            if not each.name.startswith(("fastapi", "uvicorn", "__pycache__")):
                (libraries / each.name).symlink_to(each)
    done = subprocess.run(
        [sys.executable, "-S", "-m", "safeguards", "demo"],
        env=place.environ | {"PYTHONPATH": f"{ROOT / 'src'}:{libraries}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 69
    assert done.stderr == (
        "error: the demo's application needs fastapi and uvicorn, which are not installed\n"
        f"hint: {sys.executable} -m pip install fastapi uvicorn\n"
    )
    assert place.left() == NOTHING
