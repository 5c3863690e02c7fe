"""The Docker engine: look, read files, run a command inside.

Every call has a deadline. Nothing here changes a container.
"""

from __future__ import annotations

import io
import json
import os
import posixpath
import sys
import tarfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from safeguards.errors import DeadlineError, RefusedError, UnreachableError
from safeguards.system.docker_stream import STDERR, Conversation, frames
from safeguards.system.docker_wire import EXEC, Answer, SocketWire, Wire
from safeguards.system.process import Completed

if TYPE_CHECKING:
    from safeguards.system.http import Answer as HttpAnswer

MAX_BYTES = 32 * 2**20
"""Bytes that one archive or one command's output may have."""

STARTING = 10.0
"""Seconds that a Python inside a container may take to start."""

SOCKET = "/var/run/docker.sock"
_LAST_WORDS = 2000
_SHORT_ID = 12
_NOT_FOUND = 404
_REFUSED = 400


class Engine:
    """One Docker engine; connects at the first call. Safe to use from several threads.

    `host` is a docker host (`unix://`, `tcp://`, `ssh://`); empty means what the docker command
    would use: DOCKER_HOST, DOCKER_CONTEXT, the current context. `timeout` is seconds for a call.
    The first failure to connect is remembered: an engine that hangs costs one deadline. `seen` is
    when it answered last, by its own clock, as are all the times that it tells: seconds since 1970,
    cut off to whole ones.
    """

    def __init__(self, host: str = "", *, timeout: float = 5.0) -> None:
        self._host = host
        self._timeout = timeout
        self._lock = threading.Lock()
        self._wire: Wire | None = None
        self._failure: UnreachableError | None = None
        self.seen = 0.0

    def inspect(self, name: str) -> Mapping[str, Any] | None:
        """What the engine knows about a container, or None when there is none of that name or id.

        `Seen` is when that was, as `seen`.
        """
        answer = self._send("GET", f"/containers/{quote(name, safe='')}/json")
        if answer.status == _NOT_FOUND:
            answer.body()
            return None
        found: dict[str, Any] = self._decoded(answer)
        # An engine takes the first letters of an id for a name: "db" may be anybody's.
        exact = str(found.get("Name", "")).lstrip("/") == name.lstrip("/")
        if not exact and not (len(name) >= _SHORT_ID and str(found["Id"]).startswith(name)):
            return None
        return found | {"Seen": _epoch(answer.date)}

    def image_id(self, name: str) -> str:
        """The id of the image that a name stands for now; "" when there is none."""
        answer = self._send("GET", f"/images/{quote(name, safe='')}/json")
        if answer.status == _NOT_FOUND:
            answer.body()
            return ""
        return str(self._decoded(answer)["Id"])

    def labelled(self, labels: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
        """Summaries of all containers, running or not, that carry each `key=value`."""
        query = urlencode({"all": "1", "filters": json.dumps({"label": list(labels)})})
        return tuple(self._decoded(self._send("GET", f"/containers/json?{query}")))

    def named(self, pattern: str) -> tuple[Mapping[str, Any], ...]:
        """Summaries of all containers, running or not, whose name matches, with a `/` before it."""
        query = urlencode({"all": "1", "filters": json.dumps({"name": [pattern]})})
        return tuple(self._decoded(self._send("GET", f"/containers/json?{query}")))

    def archive(self, container: str, path: str) -> Mapping[str, bytes] | None:
        """Regular files at a path inside a container by absolute path; None when absent.

        Works on stopped containers too. Raises `UnreachableError` past `MAX_BYTES`.
        """
        query = urlencode({"path": path})
        answer = self._send("GET", f"/containers/{quote(container, safe='')}/archive?{query}")
        if answer.status == _NOT_FOUND:
            answer.body()
            return None
        self._check(answer)
        deadline = time.monotonic() + self._timeout
        content = _bounded(answer.chunks, deadline, f"{container}:{path}")
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
        started = time.monotonic()
        created = self._exec(container, argv, env, workdir=workdir)
        # No upgrade to a raw socket: the answer is a plain stream of frames that ends.
        answer = self._send("POST", f"/exec/{created}/start", EXEC, timeout=timeout)
        self._check(answer)
        content = _bounded(answer.chunks, started + timeout, f"{argv[0]} in {container}")
        code = self._decoded(self._send("GET", f"/exec/{created}/json"))["ExitCode"]
        out, err = _demultiplex(content)
        elapsed = round((time.monotonic() - started) * 1000)
        return Completed(tuple(argv), -1 if code is None else int(code), out, err, elapsed)

    @property
    def by_socket(self) -> bool:
        """Whether it is asked through a socket of its own machine; after the first question."""
        return self._wire is not None and self._wire.host.startswith("unix://")

    @property
    def near(self) -> bool:
        """Whether its containers' addresses may be reachable: Linux, by a local socket."""
        self._connect()
        return self.by_socket and sys.platform == "linux"

    def fetch(
        self, container: str, method: str, url: str, *, headers: Mapping[str, str], timeout: float
    ) -> HttpAnswer:
        """As `Http.fetch`, by the Python inside a running container.

        Its own loopback address is asked first, then the URL's host. Raises `NotInstalledError`
        when it has no Python 3.
        """
        from safeguards.system import docker_inside

        def ask(program: str) -> Completed:
            argv = (program, "-I", "-c", docker_inside.SCRIPT)
            env = docker_inside.asked(method, url, headers, timeout)
            return self.run(container, argv, timeout=timeout + STARTING, env=env)

        return docker_inside.first_answer(ask, timeout)

    def stream(
        self,
        container: str,
        argv: Sequence[str],
        *,
        patience: float,
        env: Mapping[str, str] | None = None,
    ) -> Iterator[bytes]:
        """What a command inside a running container prints, as it comes.

        Raises `DeadlineError` when it prints nothing for `patience` seconds, `RefusedError` with
        its last words when it fails, and `UnreachableError` when the engine lost it.
        """
        created = self._exec(container, argv, env)
        answer = self._send("POST", f"/exec/{created}/start", EXEC, timeout=patience)
        self._check(answer)
        said = b""
        for stream, content in frames(answer.chunks):
            if stream == STDERR:
                said = (said + content)[-_LAST_WORDS:]
            else:
                yield content
        self._check_ended(created, argv[0], container, said)

    def converse(
        self, container: str, argv: Sequence[str], *, env: Mapping[str, str] | None = None
    ) -> Conversation:
        """Run a command inside a running container that reads what we say; its caller closes it.

        It ends with its input, so with this process too, however that ends.
        """
        created = self._exec(container, argv, env, stdin=True)
        wire = self._connect()
        return Conversation(wire.hijack(f"/exec/{created}/start", self._timeout))

    def _exec(
        self,
        container: str,
        argv: Sequence[str],
        env: Mapping[str, str] | None,
        *,
        workdir: str = "",
        stdin: bool = False,
    ) -> str:
        wanted = {
            "Cmd": list(argv),
            "Env": [f"{name}={value}" for name, value in (env or {}).items()],
            "AttachStdin": stdin,
            "AttachStdout": True,
            "AttachStderr": True,
        }
        wanted |= {"WorkingDir": workdir} if workdir else {}
        path = f"/containers/{quote(container, safe='')}/exec"
        return str(self._decoded(self._send("POST", path, wanted))["Id"])

    def _check_ended(self, created: str, program: str, container: str, said: bytes) -> None:
        code = self._decoded(self._send("GET", f"/exec/{created}/json"))["ExitCode"]
        if code is None:
            raise UnreachableError(f"the Docker engine lost {program} in {container}")
        if code != 0:
            words = " ".join(said.decode("utf-8", "replace").split())
            raise RefusedError(f"{program} in {container} failed: {words or f'exit code {code}'}")

    def close(self) -> None:
        """Drop the connection, and the ssh tunnel if there is one; the next question makes anew."""
        with self._lock:
            if self._wire is not None:
                self._wire.close()
            self._wire = self._failure = None

    def _send(
        self, method: str, path: str, body: object | None = None, *, timeout: float | None = None
    ) -> Answer:
        answer = self._connect().send(method, path, body, timeout or self._timeout)
        self.seen = _epoch(answer.date)
        return answer

    def _connect(self) -> Wire:
        with self._lock:
            if self._failure is not None:
                raise self._failure
            if self._wire is None:
                self._wire = self._open()
                try:
                    self._wire.send("GET", "/_ping", None, self._timeout).body()
                except UnreachableError as error:
                    self._failure = error
                    raise
            return self._wire

    def _open(self) -> Wire:
        path = _local_socket(self._host)
        if path is not None:
            return SocketWire(path)
        from safeguards.system.docker_client import ClientWire

        return ClientWire(self._host, self._timeout)

    def _check(self, answer: Answer) -> None:
        if answer.status >= _REFUSED:
            raise UnreachableError(f"the Docker engine refused: {reason(answer)}")

    def _decoded(self, answer: Answer) -> Any:
        self._check(answer)
        content = _bounded(answer.chunks, time.monotonic() + self._timeout, "the engine's answer")
        try:
            return json.loads(content)
        except ValueError as error:
            host = self._wire.host if self._wire else self._host
            raise UnreachableError(f"the Docker engine at {host} failed: no JSON") from error


def _local_socket(host: str) -> str | None:
    """The path of the socket when that is where the docker command would go, else None."""
    host = host or os.environ.get("DOCKER_HOST", "")
    if host:
        return "/" + host.removeprefix("unix://").lstrip("/") if host[:7] == "unix://" else None
    if os.environ.get("DOCKER_CONTEXT"):
        return None
    folder = os.environ.get("DOCKER_CONFIG", "")
    base = Path(folder) if folder else Path(os.path.expanduser("~/.docker"))  # noqa: PTH111
    try:
        settings = json.loads((base / "config.json").read_bytes())
    except (OSError, ValueError):
        return SOCKET
    current = settings.get("currentContext") if isinstance(settings, dict) else None
    return SOCKET if current in {None, "", "default"} else None


def _epoch(date: str) -> float:
    """A date of HTTP in seconds; the time here where an engine says none."""
    try:
        return parsedate_to_datetime(date).timestamp()
    except (TypeError, ValueError):
        return time.time()


def reason(answer: Answer) -> str:
    """The engine's own words for why it refused."""
    try:
        return str(json.loads(answer.body())["message"])
    except (ValueError, KeyError, TypeError):
        return f"status {answer.status}"


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
    """Both outputs out of the engine's frames."""
    out: list[bytes] = []
    err: list[bytes] = []
    for stream, part in frames([content]):
        (err if stream == STDERR else out).append(part)
    return b"".join(out), b"".join(err)
