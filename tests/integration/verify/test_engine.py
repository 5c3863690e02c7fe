"""Engines that cannot be asked; what a real one answers is in tests/contract."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.integration.verify import servers
from tests.support.postgres import free_port

from safeguards.errors import DeadlineError, UnreachableError
from safeguards.system.docker import Engine


@pytest.fixture
def short(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder whose name fits into a socket address."""
    folder = Path(f"/tmp/sg-{os.urandom(4).hex()}")
    folder.mkdir(mode=0o755)
    yield folder
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()


def test_no_socket() -> None:
    with (
        closing(Engine("unix:///nowhere/docker.sock")) as engine,
        pytest.raises(UnreachableError, match="no Docker socket at unix:///nowhere") as caught,
    ):
        engine.inspect("x")
    assert "start the engine" in caught.value.hint


def test_nobody_listens() -> None:
    with (
        closing(Engine(f"tcp://127.0.0.1:{free_port()}")) as engine,
        pytest.raises(UnreachableError, match="nobody listens"),
    ):
        engine.labelled(["a=b"])


def test_an_engine_that_hangs_costs_one_deadline_whoever_asks(short: Path) -> None:
    started = time.monotonic()
    with (
        servers.serving(servers.silent, unix=short / "d.sock"),
        closing(Engine(f"unix://{short / 'd.sock'}", timeout=0.5)) as engine,
    ):
        for _ in range(3):
            with pytest.raises(DeadlineError, match=r"did not answer within 0\.5 s"):
                engine.inspect("x")
    assert time.monotonic() - started < 5


def test_permission_denied(short: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can become somebody else")
    socket = short / "d.sock"
    script = (
        "import contextlib, os\n"
        "from safeguards.system.docker import Engine\n"
        "with contextlib.suppress(Exception):\n"
        "    Engine('unix:///nowhere').inspect('x')  # imports, while root may read them\n"
        "os.setgid(65534); os.setuid(65534)\n"
        f"Engine('unix://{socket}').inspect('x')\n"
    )
    with servers.serving(servers.silent, unix=socket):
        socket.chmod(0o660)
        path = os.pathsep.join(filter(None, sys.path))
        done = subprocess.run(
            [sys.executable, "-c", script],
            check=False,
            capture_output=True,
            text=True,
            timeout=60,
            env={**os.environ, "PYTHONPATH": path},
        )
    assert "permission denied at the Docker socket" in done.stderr


def test_what_is_no_engine(short: Path) -> None:
    with (
        servers.serving(servers.not_http, unix=short / "d.sock"),
        closing(Engine(f"unix://{short / 'd.sock'}", timeout=2)) as engine,
        pytest.raises(UnreachableError, match="Docker engine at unix://"),
    ):
        engine.inspect("x")


def test_an_engine_that_refuses(short: Path) -> None:
    body = json.dumps({"message": "no such thing", "ApiVersion": "1.41"}).encode()

    def behave(connection, over):  # type: ignore[no-untyped-def]
        asked = connection.recv(65536)
        status = b"200 OK" if b"/version" in asked else b"500 Broken"
        head = b"HTTP/1.1 " + status + b"\r\ncontent-type: application/json\r\n"
        connection.sendall(head + b"content-length: %d\r\nconnection: close\r\n\r\n" % len(body))
        connection.sendall(body)

    with (
        servers.serving(behave, unix=short / "d.sock"),
        closing(Engine(f"unix://{short / 'd.sock'}", timeout=2)) as engine,
        pytest.raises(UnreachableError, match="the Docker engine refused: no such thing"),
    ):
        engine.inspect("x")


def test_docker_host_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///from/the/environment.sock")
    with (
        closing(Engine()) as engine,
        pytest.raises(UnreachableError, match=r"unix:///from/the/environment.sock"),
    ):
        engine.inspect("x")


def test_the_current_docker_context(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from docker.context.config import get_context_id

    monkeypatch.delenv("DOCKER_HOST", raising=False)
    meta = home / ".docker" / "contexts" / "meta" / get_context_id("far")
    meta.mkdir(parents=True)
    (home / ".docker" / "config.json").write_text('{"currentContext": "far"}')
    endpoint = {"Host": "unix:///from/the/context.sock", "SkipTLSVerify": False}
    document = {"Name": "far", "Metadata": {}, "Endpoints": {"docker": endpoint}}
    (meta / "meta.json").write_text(json.dumps(document))
    with (
        closing(Engine()) as engine,
        pytest.raises(UnreachableError, match=r"unix:///from/the/context.sock"),
    ):
        engine.inspect("x")


def test_a_context_that_does_not_exist(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setenv("DOCKER_CONTEXT", "nowhere")
    with closing(Engine()) as engine, pytest.raises(UnreachableError, match="nowhere"):
        engine.inspect("x")


def test_ssh_that_gives_no_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "ssh"
    program.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$0.argv"\nexit 255\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with (
        closing(Engine("ssh://me@prod.index.example:2222", timeout=3)) as engine,
        pytest.raises(UnreachableError, match=r"ssh to me@prod.index.example") as caught,
    ):
        engine.inspect("x")
    assert caught.value.hint == "try: ssh me@prod.index.example docker version"
    argv = (tmp_path / "ssh.argv").read_text().split("\n")
    assert argv[argv.index("-p") + 1] == "2222"
    assert "BatchMode=yes" in argv
