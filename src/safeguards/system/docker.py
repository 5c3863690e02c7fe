"""The Docker engine, through docker's own client: look, read files, run a command inside.

Every call has a deadline. Nothing here changes a container.
"""

from __future__ import annotations

import contextlib
import io
import os
import posixpath
import shutil
import socket
import tarfile
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from safeguards.errors import DeadlineError, UnreachableError
from safeguards.system.process import Background, Completed

if TYPE_CHECKING:
    from docker import APIClient

MAX_BYTES = 32 * 2**20
"""Bytes that one archive or one command's output may have."""

_CHUNK = 16384
_STDERR = 2


class Engine:
    """One Docker engine; connects at the first call. Safe to use from several threads.

    `host` is a docker host (`unix://`, `tcp://`, `ssh://`); empty means what the docker command
    would use: DOCKER_HOST, DOCKER_CONTEXT, the current context. `timeout` is seconds for a call.
    """

    def __init__(self, host: str = "", *, timeout: float = 5.0) -> None:
        self._host = host
        self._timeout = timeout
        self._lock = threading.Lock()
        self._client: APIClient | None = None
        self._tunnel: _Tunnel | None = None
        self._failure: UnreachableError | None = None

    def inspect(self, name: str) -> Mapping[str, Any] | None:
        """What the engine knows about a container, or None when there is none of that name."""
        from docker.errors import NotFound

        client = self._connect()
        with self._explained():
            try:
                found: Mapping[str, Any] = client.inspect_container(name)
            except NotFound:
                return None
            return found

    def labelled(self, labels: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
        """Summaries of all containers, running or not, that carry each `key=value`."""
        client = self._connect()
        with self._explained():
            return tuple(client.containers(all=True, filters={"label": list(labels)}))

    def archive(self, container: str, path: str) -> Mapping[str, bytes] | None:
        """Regular files at a path inside a container by absolute path; None when absent.

        Works on stopped containers too. Raises `UnreachableError` past `MAX_BYTES`.
        """
        from docker.errors import NotFound

        client = self._connect()
        with self._explained():
            try:
                stream, _ = client.get_archive(container, path, chunk_size=_CHUNK)
            except NotFound:
                return None
            content = _bounded(stream, time.monotonic() + self._timeout, f"{container}:{path}")
        return _untar(content, posixpath.dirname(path.rstrip("/")))

    def run(
        self,
        container: str,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
    ) -> Completed:
        """Run a command inside a running container and return what it printed.

        Raises `DeadlineError` when it prints nothing for `timeout` seconds or has not ended then.
        """
        client = self._connect()
        started = time.monotonic()
        with self._explained():
            created = client.exec_create(
                container, list(argv), environment=dict(env or {}), workdir=workdir or None
            )
            url = f"{client.base_url}/v{client.api_version}/exec/{created['Id']}/start"
            # No upgrade to a raw socket: output that arrives together with the headers would
            # stay in the buffer that docker's own reader passes by.
            answer = client.post(
                url, json={"Detach": False, "Tty": False}, stream=True, timeout=timeout
            )
            with contextlib.closing(answer):
                answer.raise_for_status()
                chunks = answer.iter_content(4096)
                content = _bounded(chunks, started + timeout, f"{argv[0]} in {container}")
            code = client.exec_inspect(created["Id"])["ExitCode"]
        out, err = _demultiplex(content)
        elapsed = round((time.monotonic() - started) * 1000)
        return Completed(tuple(argv), -1 if code is None else int(code), out, err, elapsed)

    def close(self) -> None:
        """Drop the connection, and the ssh tunnel if there is one."""
        with self._lock:
            if self._client is not None:
                self._client.close()
            if self._tunnel is not None:
                self._tunnel.close()
            self._client = self._tunnel = None

    def _connect(self) -> APIClient:
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if self._client is None:
                try:
                    self._client = self._open()
                except UnreachableError as error:
                    self._failure = error
                    raise
            return self._client

    def _open(self) -> APIClient:
        from docker import APIClient
        from docker.constants import MINIMUM_DOCKER_API_VERSION

        options: dict[str, Any] = {"base_url": self._host}
        if not self._host:
            options = _default_host()
        self._host = options["base_url"] = options["base_url"] or "unix:///var/run/docker.sock"
        if self._host.startswith("ssh://"):
            self._tunnel = _Tunnel(self._host, self._timeout)
            options["base_url"] = self._tunnel.url
        with self._explained():
            _probe(str(options["base_url"]), self._timeout)
            # docker's own negotiation leaves its sockets open when it fails.
            with contextlib.closing(
                APIClient(**options, version=MINIMUM_DOCKER_API_VERSION, timeout=self._timeout)
            ) as probe:
                version = probe.version(api_version=False)["ApiVersion"]
            return APIClient(**options, version=version, timeout=self._timeout)

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn every way in which the engine can fail into one clear error."""
        from docker.errors import APIError, DockerException

        try:
            yield
        except APIError as error:
            raise UnreachableError(f"the Docker engine refused: {error.explanation}") from error
        except (DockerException, OSError) as error:
            raise _explain(error, self._host, self._timeout) from error


class _Tunnel:
    """A remote engine's socket on this machine, by the user's own ssh and its settings."""

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
        self._ssh = Background([*argv, "-L", f"{path}:{remote}", "--", target])
        deadline = time.monotonic() + timeout
        while not path.exists():
            if not self._ssh.running or time.monotonic() > deadline:
                self.close()
                raise UnreachableError(
                    f"ssh to {target} gave no Docker socket within {timeout:g} s",
                    hint=f"try: ssh {target} docker version",
                )
            time.sleep(0.02)

    def close(self) -> None:
        self._ssh.stop()
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


def _explain(error: BaseException, host: str, timeout: float) -> UnreachableError:
    cause = _cause(error)
    if isinstance(cause, PermissionError):
        return UnreachableError(
            f"permission denied at the Docker socket {host}",
            hint="add this user to the docker group, or run as one who may (then log in again)",
        )
    if isinstance(cause, FileNotFoundError):
        return UnreachableError(
            f"there is no Docker socket at {host}",
            hint="start the engine (systemctl start docker), or set docker-host",
        )
    if isinstance(cause, ConnectionRefusedError):
        return UnreachableError(
            f"nobody listens at the Docker host {host}",
            hint="is the engine running? docker version",
        )
    if isinstance(cause, TimeoutError) or "timed out" in str(error).lower():
        return DeadlineError(
            f"the Docker engine at {host} did not answer within {timeout:g} s",
            hint="the engine hangs or the network drops packets; see: docker version",
        )
    if isinstance(cause, socket.gaierror):
        return UnreachableError(f"the Docker host {host} has no address: {cause.strerror}")
    return UnreachableError(f"the Docker engine at {host} failed: {error}")


def _cause(error: BaseException) -> BaseException | None:
    """The operating system's error behind a chain of wrappers."""
    known = (
        PermissionError,
        FileNotFoundError,
        ConnectionRefusedError,
        TimeoutError,
        socket.gaierror,
    )
    pending: list[object] = [error]
    seen: list[object] = []
    while pending and len(seen) < 50:
        current = pending.pop(0)
        if not isinstance(current, BaseException) or any(current is each for each in seen):
            continue
        if type(current) in known:
            return current
        seen.append(current)
        pending += [current.__cause__, current.__context__, getattr(current, "reason", None)]
        pending += current.args
    return None


def _bounded(chunks: Iterable[bytes], deadline: float, what: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        parts.append(chunk)
        size += len(chunk)
        if size > MAX_BYTES:
            raise UnreachableError(f"{what} is larger than {MAX_BYTES // 2**20} MiB")
        if time.monotonic() > deadline:
            raise DeadlineError(f"{what} did not end in time")
    return b"".join(parts)


def _untar(content: bytes, parent: str) -> Mapping[str, bytes]:
    files: dict[str, bytes] = {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content)) as tar:
            for member in tar:
                file = tar.extractfile(member) if member.isreg() else None
                if file is not None:
                    files[posixpath.join(parent or "/", member.name)] = file.read()
    except tarfile.TarError as error:
        raise UnreachableError(f"the engine sent a broken archive: {error}") from error
    return files


def _demultiplex(content: bytes) -> tuple[bytes, bytes]:
    """Both outputs out of the engine's frames: stream number, three zeros, length, bytes."""
    out: list[bytes] = []
    err: list[bytes] = []
    position = 0
    while position + 8 <= len(content):
        length = int.from_bytes(content[position + 4 : position + 8], "big")
        frame = content[position + 8 : position + 8 + length]
        (err if content[position] == _STDERR else out).append(frame)
        position += 8 + length
    return b"".join(out), b"".join(err)
