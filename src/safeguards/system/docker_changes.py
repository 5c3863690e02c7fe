"""What changes an engine: images and their names, containers made, started, replaced, removed.

One request each, with a deadline. The engine's refusal is a `RefusedError` with its own words.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from safeguards.errors import DeadlineError, RefusedError, UnreachableError
from safeguards.system.docker import MAX_BYTES, Engine, reason
from safeguards.system.docker_stream import frames
from safeguards.system.docker_wire import Answer as Reply
from safeguards.system.lines import Lines
from safeguards.system.process import Completed

_NOT_FOUND = 404
_CONFLICT = 409
_REFUSED = 400
_MARGIN = 15.0
"""Seconds that the engine gets beyond those that a container may take to stop."""

_SLOW = 120.0
"""Seconds for what writes to the engine's disk or starts a process."""


class ChangingEngine(Engine):
    """An engine that can be changed; everything else as `Engine`."""

    def image(self, name: str) -> Mapping[str, Any] | None:
        """What the engine knows about an image by tag or id, or None when there is none."""
        found: Mapping[str, Any] | None = self._asked("GET", f"/images/{_part(name)}/json")
        return found

    def network(self, name: str) -> Mapping[str, Any] | None:
        """What the engine knows about a network, or None when there is none."""
        found: Mapping[str, Any] | None = self._asked("GET", f"/networks/{_part(name)}")
        return found

    def tag(self, image: str, name: str) -> None:
        """Let `name` stand for this image from now on."""
        repository, _, tag = name.rpartition(":")
        if not repository or "/" in tag:
            repository, tag = name, "latest"
        query = urlencode({"repo": repository, "tag": tag})
        self._told("POST", f"/images/{_part(image)}/tag?{query}")

    def create(self, name: str, wanted: Mapping[str, Any]) -> str:
        """Make a container of this name and return its id; it is not started."""
        path = f"/containers/create?{urlencode({'name': name})}"
        return str(self._told("POST", path, wanted, timeout=_SLOW)["Id"])

    def connect(self, network: str, container: str, settings: Mapping[str, Any]) -> None:
        """Connect a container to one more network."""
        wanted = {"Container": container, "EndpointConfig": settings}
        self._told("POST", f"/networks/{_part(network)}/connect", wanted, timeout=_SLOW)

    def start(self, container: str) -> None:
        """Start it; harmless when it runs."""
        self._told("POST", f"/containers/{_part(container)}/start", timeout=_SLOW)

    def stop(self, container: str, seconds: int = 10) -> None:
        """Ask it to stop, and end it after `seconds`; harmless when it has ended or is gone."""
        path = f"/containers/{_part(container)}/stop?t={seconds}"
        self._told("POST", path, timeout=seconds + _MARGIN, absent=True)

    def restart(self, container: str) -> None:
        """Kill all that runs in it and start it again."""
        self._told("POST", f"/containers/{_part(container)}/restart?t=0", timeout=_SLOW)

    def rename(self, container: str, name: str) -> None:
        """Give a container another name."""
        path = f"/containers/{_part(container)}/rename?{urlencode({'name': name})}"
        self._told("POST", path)

    def remove(self, container: str, *, volumes: bool = False) -> None:
        """Remove it, running or not, with its unnamed `volumes`; returns when it is gone.

        Harmless when it is gone already.
        """
        path = f"/containers/{_part(container)}?force=1&v={int(volumes)}"
        deadline = time.monotonic() + _MARGIN
        while True:
            answer = self._send("DELETE", path, timeout=_SLOW)
            if answer.status == _NOT_FOUND:
                answer.body()
                return
            if answer.status == _CONFLICT and time.monotonic() < deadline:
                # Somebody else's removal of it goes on.
                answer.body()
                time.sleep(0.1)
                continue
            self._refuse(answer)
            answer.body()
            return

    def log(self, container: str, lines: int) -> str:
        """The last lines of both outputs, as they came; nothing when it is gone."""
        raw = self.inspect(container)
        if raw is None:
            return ""
        query = urlencode({"stdout": 1, "stderr": 1, "tail": lines})
        answer = self._send("GET", f"/containers/{_part(container)}/logs?{query}")
        if answer.status >= _REFUSED:
            # A log driver that cannot be read is no reason to fail.
            return f"the log cannot be read: {reason(answer)}"
        if raw["Config"].get("Tty"):
            content = answer.body()
        else:
            content = b"".join(piece for _, piece in frames(answer.chunks))
        return content.decode("utf-8", "replace")

    def run_told(
        self,
        container: str,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
        tell: Callable[[str], None] | None = None,
    ) -> Completed:
        """As `Engine.run`; `tell` gets each line of both outputs as it comes."""
        started = time.monotonic()
        path = f"/containers/{_part(container)}/exec"
        wanted: dict[str, Any] = {"Cmd": list(argv), "AttachStdout": True, "AttachStderr": True}
        wanted["Env"] = [f"{name}={value}" for name, value in (env or {}).items()]
        wanted |= {"WorkingDir": workdir} if workdir else {}
        created = self._told("POST", path, wanted)["Id"]
        how = {"Detach": False, "Tty": False}
        answer = self._send("POST", f"/exec/{created}/start", how, timeout=timeout)
        self._refuse(answer)
        outputs: dict[int, list[bytes]] = {1: [], 2: []}
        heard = {number: Lines(tell or _ignore) for number in outputs}
        size = 0
        for number, piece in frames(answer.chunks):
            outputs.setdefault(number, []).append(piece)
            heard[number if number in heard else 1].feed(piece)
            size += len(piece)
            if size > MAX_BYTES:
                raise UnreachableError(f"{argv[0]} printed more than {MAX_BYTES // 2**20} MiB")
            if time.monotonic() - started > timeout:
                raise DeadlineError(f"{argv[0]} did not finish within {timeout:g} s")
        for each in heard.values():
            each.end()
        code = self._told("GET", f"/exec/{created}/json")["ExitCode"]
        elapsed = round((time.monotonic() - started) * 1000)
        out, err = b"".join(outputs[1]), b"".join(outputs[2])
        return Completed(tuple(argv), -1 if code is None else int(code), out, err, elapsed)

    def _asked(self, method: str, path: str) -> Any:
        """The decoded answer; None when there is no such thing."""
        answer = self._send(method, path)
        if answer.status == _NOT_FOUND:
            answer.body()
            return None
        self._refuse(answer)
        return self._decoded(answer)

    def _told(
        self,
        method: str,
        path: str,
        body: object | None = None,
        *,
        timeout: float | None = None,
        absent: bool = False,
    ) -> Any:
        """The decoded answer to what changes something, None for an empty one."""
        answer = self._send(method, path, body, timeout=timeout)
        if absent and answer.status == _NOT_FOUND:
            answer.body()
            return None
        self._refuse(answer)
        content = answer.body()
        return json.loads(content) if content.strip() else None

    def _refuse(self, answer: Reply) -> None:
        if answer.status >= _REFUSED:
            raise RefusedError(f"the Docker engine refused: {reason(answer)}")


def _part(name: str) -> str:
    return quote(name, safe="")


def _ignore(line: str) -> None:
    """Nobody listens."""
