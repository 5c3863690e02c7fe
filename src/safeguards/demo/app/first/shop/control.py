"""`python -m shop.control start|stop|status [web|worker]`: the processes of the shop.

They run from the release in SAFEGUARDS_RELEASE, else from the one of last time, else from this
folder. `trial` is a web process beside them, on the port in PORT.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from shop.presence import PROCESSES, holder, runs
from shop.settings import FOLDER

PORT = os.environ.get("SHOP_URL", "http://127.0.0.1:8000").rpartition(":")[2]
WEB = (sys.executable, "-m", "uvicorn", "shop.web:app", "--port")
COMMANDS = {"web": (*WEB, PORT), "worker": (sys.executable, "-m", "shop.worker")}
SERVES = "Uvicorn running on"
PATIENCE = 20.0
SHOWN = 1000


def start(name: str, release: Path) -> None:
    """Start a process and wait until it works; SystemExit with its last words when it ends."""
    if runs(name):
        return
    path = FOLDER / f"{name}.log"
    with path.open("ab") as log:
        before = log.tell()
        process = subprocess.Popen(
            COMMANDS[name],
            cwd=release,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )

    def said() -> str:
        return path.read_bytes()[before:].decode()

    def works() -> bool:
        return runs(name) and (name != "web" or SERVES in said())

    if not wait(lambda: works() or process.poll() is not None) or not works():
        raise SystemExit(f"{name} does not start:\n{said()[-SHOWN:]}")


def stop(name: str) -> None:
    """End a process; harmless when it does not run."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        if runs(name):
            os.kill(holder(name), number)
            wait(lambda: not runs(name))


def wait(true: Callable[[], bool]) -> bool:
    """Whether it becomes true in time."""
    deadline = time.monotonic() + PATIENCE
    while not (found := true()) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def release_to_run() -> Path:
    """The folder to start from, which is remembered."""
    known = FOLDER / "release"
    before = known.read_text() if known.exists() else os.fspath(Path.cwd())
    chosen = os.environ.get("SAFEGUARDS_RELEASE", before)
    known.write_text(chosen)
    return Path(chosen)


def main(verb: str, *names: str) -> None:
    """Do what is asked with the named processes, or with all."""
    chosen = names or PROCESSES
    if verb == "start":
        release = release_to_run()
        for name in chosen:
            start(name, release)
    elif verb == "stop":
        for name in chosen:
            stop(name)
    elif verb == "trial":
        os.execv(sys.executable, (*WEB, os.environ["PORT"]))
    elif absent := [name for name in chosen if not runs(name)]:
        raise SystemExit(f"not running: {', '.join(absent)}")


main(*sys.argv[1:])
