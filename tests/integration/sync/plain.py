"""A small production that is a process: a web server which answers its version.

Its checkout has the configuration in `deploy`; exports of versions are made beside it.
"""

from __future__ import annotations

import os
import shutil
import sys
import urllib.request
from collections.abc import Sequence
from pathlib import Path

import msgspec
from tests.integration.sync.leashes import marked

from safeguards.runtimes.changing.command import CommandChanger
from safeguards.runtimes.changing.command_place import Recipe, Tools
from safeguards.system.clock import SystemClock
from safeguards.system.http import Http
from safeguards.system.leash import Attended, launch, leashed
from safeguards.system.ports import free_port
from safeguards.system.process import run
from safeguards.system.releases import Releases, folder_of

TARGET = "production"

SERVER = """\
import http.server, os, pathlib
version = pathlib.Path(__file__).with_name("version").read_text()
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        body = f"{version} {os.environ.get('SAFEGUARDS_COMMIT', 'none')[:7]}".encode()
        self.send_response(200 if self.path == "/health" else 404)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
    def log_message(self, *_):
        pass
server = http.server.ThreadingHTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler)
print("serving", version, flush=True)
server.serve_forever()
"""
CONTROL = """\
import os, pathlib, signal, subprocess, sys, time, urllib.request
here = pathlib.Path(__file__).parent
port = (here / "port").read_text()

def answers():
    try:
        return bool(urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5).read())
    except OSError:
        return False

def wait(true):
    deadline = time.monotonic() + 20
    while not true():
        if time.monotonic() > deadline:
            raise SystemExit("it takes too long")
        time.sleep(0.02)

if sys.argv[1] == "status":
    raise SystemExit(0 if answers() else 3)
if sys.argv[1] == "stop":
    try:
        os.kill(int((here / "pid").read_text()), signal.SIGTERM)
    except (OSError, ValueError):
        print("nothing to stop")
        raise SystemExit(4)
    wait(lambda: not answers())
if sys.argv[1] == "start":
    top = pathlib.Path(os.environ.get("SAFEGUARDS_RELEASE", here.parent))
    server = subprocess.Popen(
        [sys.executable, top / "deploy" / "server.py"],
        env={**os.environ, "PORT": port},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    (here / "pid").write_text(str(server.pid))
    wait(lambda: answers() or server.poll() is not None)
    raise SystemExit(server.poll() or 0)
"""


class Plain(msgspec.Struct, frozen=True):
    """A production in a folder; `close` ends all its processes."""

    folder: Path
    port: int
    recipe: Recipe
    environ: dict[str, str]

    @property
    def url(self) -> str:
        """Where production answers."""
        return f"http://127.0.0.1:{self.port}/health"

    @property
    def releases(self) -> Releases:
        """Its releases."""
        return Releases(folder_of(self.folder / "git", TARGET), SystemClock().now)

    def changer(self, held: Sequence[int] = (), **changed: tuple[str, ...]) -> CommandChanger:
        """A new changer for it, as a sync would make it."""
        tools = Tools(
            run=run,
            leashed=leashed,
            launch=launch,
            attend=Attended,
            releases=self.releases,
            clock=SystemClock(),
            fetch=Http().fetch,
            free_port=free_port,
            environ=self.environ,
            held=lambda: held,
        )
        return CommandChanger(msgspec.structs.replace(self.recipe, **changed), tools)

    def export(self, version: str, server: str = SERVER) -> Path:
        """The files of a version, in a folder that a build may move away."""
        folder = self.folder / "exports" / version
        shutil.rmtree(folder, ignore_errors=True)
        write(folder, version, server)
        return folder

    def answer(self) -> str:
        """The version that production answers with; empty when it does not."""
        try:
            with urllib.request.urlopen(self.url, timeout=5) as response:
                return str(response.read().decode().split()[0])
        except OSError:
            return ""

    def servers(self) -> list[str]:
        """The command lines of the servers that run."""
        return [line for _, line in marked(self.environ["PLAIN_MARK"]) if "server.py" in line]

    def close(self) -> None:
        """End what is left."""
        for pid, _ in marked(self.environ["PLAIN_MARK"]):
            os.kill(pid, 9)


def plain(folder: Path, port: int) -> Plain:
    """The production in this folder; nothing is written or started."""
    deploy = folder / "checkout" / "deploy"
    control = (sys.executable, "control.py")
    recipe = Recipe(
        target=TARGET,
        folder=deploy,
        inside="deploy",
        status=(*control, "status"),
        start=(*control, "start"),
        stop=(*control, "stop"),
        build=("sh", "build.sh"),
        trial=(sys.executable, "server.py"),
    )
    return Plain(folder, port, recipe, {**os.environ, "PLAIN_MARK": str(folder)})


def brought_up(folder: Path) -> Plain:
    """The production, started by hand from its checkout as version `first`."""
    made = plain(folder, free_port(0))
    write(folder / "checkout", "first", SERVER)
    (made.recipe.folder / "port").write_text(str(made.port))
    started = leave(made, *made.recipe.start)
    assert started == 0
    return made


def leave(made: Plain, *argv: str) -> int:
    """Run a command as a person does, whose children stay."""
    import subprocess

    done = subprocess.run(
        argv,
        cwd=made.recipe.folder,
        env=made.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=60,
        check=False,
    )
    return done.returncode


def write(top: Path, version: str, server: str) -> None:
    """The files of a version."""
    deploy = top / "deploy"
    deploy.mkdir(parents=True)
    (deploy / "version").write_text(version)
    (deploy / "server.py").write_text(server)
    (deploy / "control.py").write_text(CONTROL)
    build = "echo building $SAFEGUARDS_COMMIT in $SAFEGUARDS_RELEASE; pwd >built\n"
    (deploy / "build.sh").write_text(build + ("echo no way >&2; exit 3\n" * (version == "bad")))
