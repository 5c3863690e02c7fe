"""Engines that docker's own client has to find or to reach: contexts, tcp, TLS, ssh."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from safeguards.errors import UnreachableError
from safeguards.system.docker_faults import explain
from safeguards.system.docker_wire import CHUNK, Answer
from safeguards.system.leash import Leash

if TYPE_CHECKING:
    from docker import APIClient


class ClientWire:
    """The engine that docker's client finds for `host`; empty is what the docker command uses."""

    def __init__(self, host: str, timeout: float) -> None:
        self.host = host
        self._timeout = timeout
        self._lock = threading.Lock()
        self._client: APIClient | None = None
        self._tunnel: _Tunnel | None = None

    def send(self, method: str, path: str, body: object | None, timeout: float) -> Answer:
        """The answer, whatever its status; raises `UnreachableError` when there is none."""
        client = self._connect()
        with self._explained(timeout):
            response = client.request(
                method,
                f"{client.base_url}/v{client.api_version}{path}",
                data=None if body is None else json.dumps(body),
                headers={"Content-Type": "application/json"},
                stream=True,
                timeout=timeout,
            )
        date = response.headers.get("Date", "")
        return Answer(response.status_code, self._chunks(response, timeout), date)

    def hijack(self, path: str, timeout: float) -> socket.socket:
        """Start an exec whose input and output are the socket, from then on; its caller closes it.

        Raises `UnreachableError` when the engine refuses.
        """
        client = self._connect()
        with self._explained(timeout):
            opened = client.exec_start(path.split("/")[2], socket=True)
        found = opened if isinstance(opened, socket.socket) else opened._sock  # noqa: SLF001
        found.settimeout(timeout)
        return found

    def close(self) -> None:
        """Drop the connection, and the ssh tunnel if there is one."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            if self._tunnel is not None:
                self._tunnel.close()
            self._client = self._tunnel = None

    def _chunks(self, response: Any, timeout: float) -> Iterator[bytes]:
        with contextlib.closing(response), self._explained(timeout):
            yield from response.iter_content(CHUNK)

    def _connect(self) -> APIClient:
        with self._lock:
            if self._client is None:
                self._client = self._open()
            return self._client

    def _open(self) -> APIClient:
        from docker import APIClient
        from docker.constants import MINIMUM_DOCKER_API_VERSION

        options: dict[str, Any] = {"base_url": self.host}
        if not self.host:
            options = _default_host()
        self.host = options["base_url"] = options["base_url"] or "unix:///var/run/docker.sock"
        if self.host.startswith("ssh://"):
            self._tunnel = _Tunnel(self.host, self._timeout)
            options["base_url"] = self._tunnel.url
        with self._explained(self._timeout):
            _probe(str(options["base_url"]), self._timeout)
            # docker's own negotiation leaves its sockets open when it fails.
            with contextlib.closing(
                APIClient(**options, version=MINIMUM_DOCKER_API_VERSION, timeout=self._timeout)
            ) as probe:
                version = probe.version(api_version=False)["ApiVersion"]
            return APIClient(**options, version=version, timeout=self._timeout)

    @contextlib.contextmanager
    def _explained(self, timeout: float) -> Iterator[None]:
        """Turn every way in which the client can fail into one clear error."""
        from docker.errors import DockerException

        try:
            yield
        except (DockerException, OSError) as error:
            raise explain(error, self.host, timeout) from error


class _Tunnel:
    """A remote engine's socket on this machine, by the user's own ssh and its settings.

    It ends with this process, also where that is killed.
    """

    def __init__(self, host: str, timeout: float) -> None:
        parts = urlsplit(host)
        self._folder = tempfile.mkdtemp(prefix="safeguards-")
        path = Path(self._folder) / "docker.sock"
        self.url = f"unix://{path}"
        target = f"{parts.username}@{parts.hostname}" if parts.username else str(parts.hostname)
        argv = ["ssh", "-nNT", "-o", "BatchMode=yes", "-o", "ExitOnForwardFailure=yes"]
        argv += ["-o", f"ConnectTimeout={max(round(timeout), 1)}"]
        argv += ["-p", str(parts.port)] if parts.port else []
        remote = parts.path if len(parts.path) > 1 else "/var/run/docker.sock"
        with Path(os.devnull).open("wb") as nothing:
            self._ssh = Leash([*argv, "-L", f"{path}:{remote}", "--", target], output=nothing)
        deadline = time.monotonic() + timeout
        while not path.exists():
            if self._ended() or time.monotonic() > deadline:
                self.close()
                raise UnreachableError(
                    f"ssh to {target} gave no Docker socket within {timeout:g} s",
                    hint=f"try: ssh {target} docker version",
                )
            time.sleep(0.02)

    def _ended(self) -> bool:
        try:
            return self._ssh.poll() is not None
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._ssh.cut()
        shutil.rmtree(self._folder, ignore_errors=True)


def _default_host() -> dict[str, Any]:
    """Where the docker command would connect, in its order of precedence."""
    from docker.context import ContextAPI
    from docker.errors import DockerException
    from docker.utils import kwargs_from_env

    if os.environ.get("DOCKER_HOST"):
        found: dict[str, Any] = kwargs_from_env()
        return {"base_url": os.environ["DOCKER_HOST"], **found}
    name = os.environ.get("DOCKER_CONTEXT")
    try:
        context = ContextAPI.get_context(name)
    except (DockerException, OSError, ValueError, KeyError) as error:
        raise UnreachableError(f"the Docker context cannot be read: {error}") from error
    if context is None:
        raise UnreachableError(f"there is no Docker context {name}", hint="see: docker context ls")
    return {"base_url": context.Host, "tls": context.TLSConfig or False}


def _probe(host: str, timeout: float) -> None:
    """Knock at a local socket; docker's client leaves its own open when nobody answers."""
    if host.startswith("unix://"):
        with socket.socket(socket.AF_UNIX) as knock:
            knock.settimeout(timeout)
            knock.connect("/" + host.removeprefix("unix://").lstrip("/"))
