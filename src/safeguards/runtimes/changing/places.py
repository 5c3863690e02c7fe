"""A container beside production, by the engine that runs both."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from safeguards.errors import DeadlineError, UnreachableError
from safeguards.runtimes.change import Tell
from safeguards.runtimes.changing.tools import Raw, Tools
from safeguards.runtimes.inspected import SERVICE, to_instance
from safeguards.runtimes.line import Line
from safeguards.runtimes.observe import Instance

if TYPE_CHECKING:
    from safeguards.system.http import Answer
    from safeguards.system.process import Completed

BACKSTOP = 30.0
"""Seconds past its time-out in which a command has to be seen ended."""

LOG_LINES = 60
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})
_EVERYWHERE = frozenset({"", "0.0.0.0", "::"})  # noqa: S104  read here, not bound to


class ContainerPlace:
    """A `Place` that is one container; `beside` is the container of production, if any."""

    def __init__(self, tools: Tools, container: str, name: str, beside: Raw | None) -> None:
        self.name = name
        self._tools = tools
        self._engine = tools.engine
        self._id = container
        self._beside = beside
        self._public_host = ""
        self._seen: Instance | None = None
        self._published = True

    def run(
        self,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
        tell: Tell | None = None,
    ) -> Completed:
        """Run a command inside; when it is late or we are interrupted, all inside is restarted.

        That ends whatever the command started, in whatever group: nothing else can be trusted to.
        """
        late = _Late(self._restart, timeout)
        try:
            done = self._engine.run_told(
                self._id, argv, timeout=timeout + BACKSTOP, env=env, workdir=workdir, tell=tell
            )
        except BaseException as error:
            # An engine that refuses to start it, or is gone, has nothing to end.
            late.cancel()
            if not isinstance(error, UnreachableError) or isinstance(error, DeadlineError):
                with contextlib.suppress(UnreachableError):
                    self._restart()
            raise
        if late.cancel():
            raise DeadlineError(f"{argv[0]} in {self.name} did not finish within {timeout:g} s")
        return done

    def look(self) -> Instance:
        """How it is now; one that somebody removed has `exited`."""
        raw = self._engine.inspect(self._id)
        if raw is None:
            return Instance(self.name, self._id, "exited", exit_code=-1)
        return to_instance(raw)

    def answers_at(self, public_url: str) -> str | None:
        """The address of this container with the port that production publishes at that of the
        URL, or with the URL's where it names the service itself; None for https, whose certificate
        is not made out to an address.
        """
        parts = urlsplit(public_url)
        host = parts.hostname or ""
        port = _published(self._beside, host, parts.port or 80)
        raw = self._engine.inspect(self._id)
        if port is None or raw is None or parts.scheme != "http":
            return None
        networks = (raw.get("NetworkSettings") or {}).get("Networks") or {}
        address = next((each["IPAddress"] for each in networks.values() if each["IPAddress"]), "")
        if not address:
            return None
        self._seen = to_instance(raw)
        self._published = host not in _names(self._beside)
        self._public_host = parts.netloc.rpartition("@")[2]
        return urlunsplit(("http", f"{address}:{port}", parts.path, parts.query, ""))

    def fetch(self, method: str, url: str, *, headers: Mapping[str, str], timeout: float) -> Answer:
        """As `Http.fetch`, with the public address as its host; from inside where nothing leads
        there from here.
        """
        if self._public_host and "host" not in {name.lower() for name in headers}:
            headers = {**headers, "host": self._public_host}
        line = Line(self._tools.fetch, self._engine, self._tools.own, self._tools.clock)
        seen = self._seen or self.look()
        heard = line.ask(seen, method, url, headers, timeout, outside=self._published)
        return heard.answer

    def log(self) -> str:
        """The last lines that it printed."""
        return self._engine.log(self._id, LOG_LINES)

    def close(self) -> None:
        """Remove it with the unnamed volumes that were made for it."""
        self._engine.remove(self._id, volumes=True)

    def _restart(self) -> None:
        self._engine.restart(self._id)


class _Late:
    """Ends what runs after `timeout` seconds, unless cancelled by then."""

    def __init__(self, end: Callable[[], None], timeout: float) -> None:
        self._end = end
        self._fired = False
        self._timer = threading.Timer(timeout, self._fire)
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> bool:
        """From now on nothing is ended; whether it was already."""
        self._timer.cancel()
        if self._fired:
            self._timer.join()
        return self._fired

    def _fire(self) -> None:
        self._fired = True
        # An engine that is gone is seen by whoever waits for the command.
        with contextlib.suppress(UnreachableError):
            self._end()


def _names(beside: Raw | None) -> frozenset[str]:
    """Under which the service is found in its own networks."""
    if beside is None:
        return frozenset()
    labels = (beside.get("Config") or {}).get("Labels") or {}
    return frozenset({str(beside.get("Name", "")).lstrip("/"), labels.get(SERVICE, "")} - {""})


def _published(beside: Raw | None, host: str, port: int) -> int | None:
    """The port inside that production publishes at this one of the engine's machine; the port
    itself where the host is the service in its own network.
    """
    if beside is None:
        return None
    if host in _names(beside):
        return port
    bindings = (beside.get("HostConfig") or {}).get("PortBindings") or {}
    for inside, outside in bindings.items():
        number, _, protocol = inside.partition("/")
        for each in outside or ():
            near = each.get("HostIp", "") in _EVERYWHERE or host in {*_LOOPBACK, each["HostIp"]}
            if protocol == "tcp" and each.get("HostPort") == str(port) and near:
                return int(number)
    return None
