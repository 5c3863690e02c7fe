"""Bare repositories as git meets them: in a folder, behind http and behind ssh, all local."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from tests.support import debian
from tests.support.needs import Unavailable
from tests.support.postgres import free_port
from tests.support.shell import OUTER, sh

PLACES = ("file", "http", "ssh")


@contextmanager
def served(kind: str, folder: Path, monkey: dict[str, str]) -> Iterator[str]:
    """What comes before a path in `folder` in the URL of a repository there.

    `monkey` is where variables go that git needs to reach it. Raises `Unavailable`.
    """
    if kind == "file":
        yield str(folder)
    elif kind == "http":
        with _http(folder) as url:
            yield url
    else:
        with ssh_server(folder.parent / "sshd") as (url, command):
            monkey["GIT_SSH_COMMAND"] = shlex.join(command)
            yield f"{url}{folder}"


@contextmanager
def _http(folder: Path) -> Iterator[str]:
    backend = Path(sh("git", "--exec-path").strip()) / "git-http-backend"
    if not backend.is_file():
        raise Unavailable("git", f"{backend} is not installed")

    class Handler(BaseHTTPRequestHandler):
        """Runs git's own CGI program for every request."""

        protocol_version = "HTTP/1.0"

        def _answer(self) -> None:
            path, _, query = self.path.partition("?")
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            if self.headers.get("Transfer-Encoding") == "chunked":
                body = _dechunked(self)
            environ = {
                **os.environ,
                "GIT_PROJECT_ROOT": str(folder),
                "GIT_HTTP_EXPORT_ALL": "1",
                "REQUEST_METHOD": self.command,
                "PATH_INFO": path,
                "QUERY_STRING": query,
                "CONTENT_TYPE": self.headers.get("Content-Type", ""),
                "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
                "GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
                "REMOTE_USER": "tester",
                "REMOTE_ADDR": "127.0.0.1",
            }
            done = subprocess.run(
                [str(backend)], input=body, env=environ, capture_output=True, check=False
            )
            head, _, content = done.stdout.partition(b"\r\n\r\n")
            fields = [line.partition(": ") for line in head.decode().split("\r\n")]
            status = next((value for name, _, value in fields if name == "Status"), "200 OK")
            self.send_response(int(status.split()[0]))
            for name, _, value in fields:
                if name and name != "Status":
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _answer  # noqa: N815  the names that the server looks for

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _dechunked(handler: BaseHTTPRequestHandler) -> bytes:
    parts = []
    while size := int(handler.rfile.readline().split(b";")[0], 16):
        parts.append(handler.rfile.read(size))
        handler.rfile.readline()
    handler.rfile.readline()
    return b"".join(parts)


@contextmanager
def ssh_server(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """An sshd of our own on a free port, which knows one key: its URL, and the ssh that has it."""
    if not shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin"):
        debian.install("ssh", {"sshd": "openssh-server"})
    program = shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin")
    if program is None or shutil.which("ssh") is None:
        raise Unavailable("ssh", "there is no sshd on this machine")
    folder.mkdir()
    port = free_port()
    for name in ("host", "user"):
        sh("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name)
    shutil.copy(folder / "user.pub", folder / "authorized")
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/host\n"
        f"AuthorizedKeysFile {folder}/authorized\nPidFile {folder}/pid\nStrictModes no\n"
        "PasswordAuthentication no\nUsePAM no\nPermitRootLogin yes\nMaxStartups 100\n"
        "AcceptEnv GIT_* \n"
    )
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    log = folder / "log"
    daemon = subprocess.Popen([program, "-D", "-f", folder / "config", "-E", log], env=OUTER)
    options = "UserKnownHostsFile=/dev/null StrictHostKeyChecking=no BatchMode=yes LogLevel=ERROR"
    command = ["ssh", "-i", str(folder / "user")]
    command += [part for option in options.split() for part in ("-o", option)]
    try:
        _await_ssh(port, daemon, log)
        user = sh("id", "-un").strip()
        yield f"ssh://{user}@127.0.0.1:{port}", command
    finally:
        daemon.terminate()
        daemon.wait(10)


def _await_ssh(port: int, daemon: subprocess.Popen[bytes], log: Path) -> None:
    import socket
    import time

    for _ in range(200):
        if daemon.poll() is not None:
            raise Unavailable("ssh", f"sshd ended: {log.read_text(errors='replace')[-300:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise Unavailable("ssh", "sshd does not listen")
