"""Text that steers whoever reads it carelessly, and a production where all of it comes from."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import unquote

from tests.integration.git.kit import GitRepo

TERMINAL = "\x1b[2J\x1b]52;c;cHduZWQ=\x07\x1b]8;;http://evil.example/\x07\x9b31m\r\x08\x7f"
BIDI = "\u202e\u2066\u200f"
MARKDOWN = "```\n~~~\n@everyone ![x](http://evil.example/x.png) [y](http://evil.example/) `|`"
MARKUP = "</td><script>alert(1)</script><img src=x onerror=alert(1)>&lt;\"'"
SHELL = "$(touch pwned)`touch pwned`;touch pwned;'\"\\|touch pwned&\ntouch pwned\n"
LINES = "\n::error::evil\n::set-output name=x::y\nok 99 - evil\n1..99\nBail out!\n"

Answers = Callable[[str], bytes]

HOSTILE = f"evil {TERMINAL}{BIDI}{MARKDOWN}{MARKUP}{SHELL}{LINES}"
"""All of it at once."""

NO_LINES = HOSTILE.replace("\n", " ").replace("\r", " ")
"""What a setting may hold."""

DATABASE = "it's$(touch${IFS}pwned);`touch${IFS}pwned`.db"
"""A file whose name a URL may hold."""

SETTINGS = """\
[migrations]
config = {ini}

[notify]
github-repository = "some/where"

[targets.production]
runtime = "docker"
containers = ["shop", "gone"]
docker-host = {engine}

[targets.production.database]
url = {database}

[targets.production.alembic]
workdir = {name}

[targets.production.api]
base-url = "http://127.0.0.1:{port}"
endpoints = [
    {{ path = "/ill", body-matches = {name} }},
    {{ path = "/json", json = {{ {name} = {name} }} }},
    {{ path = "/away" }},
    {{ path = "/garbage" }},
    {{ path = "/\\u202e$(touch${{IFS}}pwned);`touch${{IFS}}pwned`" }},
]

[targets.production.records]
{name} = 1
projects = 5
odd = {{ sql = {query}, max = 0 }}
"""


class Ground:
    """A checkout below a folder, and what stands around it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.repo = GitRepo(folder / "shop")
        self.engine = folder / "engine.sock"
        self.programs = folder / "programs"
        self.calls = folder / "calls"
        self.calls.mkdir()

    def run(self, *argv: str) -> bytes:
        """What safeguards prints on standard output in the checkout."""
        return self._done(*argv).stdout

    def tells(self, *argv: str) -> bytes:
        """What it prints beside that."""
        return self._done(*argv).stderr

    def _done(self, *argv: str) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [sys.executable, "-m", "safeguards", *argv],
            cwd=self.repo.top,
            env={
                **os.environ,
                "HOME": str(self.folder),
                "XDG_STATE_HOME": str(self.folder),
                "ODD_URL": f"sqlite:///{DATABASE}",
                "GITHUB_TOKEN": "no-token-of-anybody",
            },
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=60,
            check=False,
        )

    def type_in(self, command: str) -> list[list[str]]:
        """The argument lists of the programs that a shell starts for a command."""
        for path in self.calls.iterdir():
            path.unlink()
        subprocess.run(
            ["sh", "-c", command],
            cwd=self.folder / "shop",
            env={"PATH": f"{self.programs}:/usr/bin:/bin", "CALLS": str(self.calls)},
            capture_output=True,
            timeout=20,
            check=False,
        )
        return [path.read_text().split("\0") for path in sorted(self.calls.iterdir())]


@contextmanager
def ground(folder: Path) -> Iterator[Ground]:
    """A production whose every name, message, body and row is hostile."""
    made = Ground(folder)
    _programs(made)
    with _listening(made.engine, _engine), _api() as port:
        _checkout(made, port)
        yield made


def _checkout(made: Ground, port: int) -> None:
    GitRepo.init(made.repo.top)
    ini = "ev'il $(touch pwned);`touch pwned`.ini"
    written = {
        "ini": ini,
        "engine": f"unix://{made.engine}",
        "database": "env:ODD_URL",
        "name": NO_LINES,
        "query": f"select\n'{NO_LINES.replace(chr(39), '')}'".replace(";", " ").replace("#", ""),
    }
    values = {name: json.dumps(value) for name, value in written.items()}
    # TOML has \u and \U alone; JSON's escapes of characters are the same.
    made.repo.add(
        "safeguards.toml", SETTINGS.format(port=port, **values).replace("\x7f", "\\u007f")
    )
    made.repo.add(ini, "[alembic]\nscript_location = migrations\n")
    for name, after in (("001", None), ("002", "001")):
        text = f'"""{MARKUP} {TERMINAL!r}"""\nrevision = {name!r}\ndown_revision = {after!r}\n'
        made.repo.add(f"migrations/versions/{name}.py", text.replace("\\x00", ""))
    made.repo.commit(HOSTILE)
    database = made.repo.top / DATABASE
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("create table projects (id integer)")
        connection.execute("create table alembic_version (version_num text)")
        connection.execute("insert into alembic_version values (?)", (HOSTILE,))
        connection.commit()


def _programs(made: Ground) -> None:
    """Programs of the names that are advised, each of which notes how it was called."""
    made.programs.mkdir()
    script = '#!/bin/sh\nprintf "%s\\0" "${0##*/}" "$@" >"$CALLS/$$"\n'
    for name in ("docker", "psql", "curl", "sqlite3", "alembic", "safeguards", "mysql"):
        (made.programs / name).write_text(script)
        (made.programs / name).chmod(0o755)


def _engine(request: str) -> bytes:
    """An engine with one container, all of whose texts are hostile."""
    path = unquote(request.split(" ")[1])
    if "/containers/shop/json" in path:
        inner = {"Status": HOSTILE, "Error": HOSTILE, "ExitCode": 1, "Health": {"Status": HOSTILE}}
        config = {"Image": HOSTILE, "Labels": {HOSTILE: HOSTILE}, "Env": [HOSTILE]}
        container = {"Id": "c" * 64, "Name": f"/{HOSTILE}", "State": inner, "Config": config}
        return _answer(200, json.dumps({**container, "Image": HOSTILE}).encode())
    if path.endswith("/containers/json") or "/containers/json?" in path:
        return _answer(200, b"[]")
    if "/containers/gone/json" in path:
        return _answer(500, json.dumps({"message": HOSTILE}).encode())
    return _answer(404, json.dumps({"message": HOSTILE}).encode())


def _api_answers(request: str) -> bytes:
    odd = HOSTILE.replace("\n", " ").replace("\r", " ").encode()
    path = request.split(" ")[1]
    if path == "/away":
        return _answer(302, b"", b"Location: http://evil.example@[::1]/" + odd.replace(b" ", b""))
    if path == "/garbage":
        return odd
    if path == "/json":
        return _answer(200, json.dumps({HOSTILE: [HOSTILE]}).encode())
    return _answer(500, HOSTILE.encode(), b"X-Odd: " + odd)


def _answer(status: int, body: bytes, *headers: bytes) -> bytes:
    lines = [f"HTTP/1.1 {status} Odd".encode(), *headers, b"Content-Length: %d" % len(body)]
    return b"\r\n".join([*lines, b"Connection: close", b"", body])


@contextmanager
def _api() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as listener, _serving(listener, _api_answers):
        yield listener.getsockname()[1]


@contextmanager
def _listening(path: Path, answers: Answers) -> Iterator[None]:
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))
        listener.listen(16)
        with _serving(listener, answers):
            yield


@contextmanager
def _serving(listener: socket.socket, answers: Answers) -> Iterator[None]:
    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=one, args=(connection,), daemon=True).start()

    def one(connection: socket.socket) -> None:
        with contextlib.suppress(OSError, IndexError), connection:
            connection.settimeout(10)
            head = b""
            while b"\r\n\r\n" not in head:
                part = connection.recv(65536)
                if not part:
                    return
                head += part
            connection.sendall(answers(head.decode("latin-1")))

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield
    finally:
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
