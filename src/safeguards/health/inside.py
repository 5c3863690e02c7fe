"""Endpoints of a container that publishes no port: asked at its address, else from inside it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit, urlunsplit

from safeguards.errors import NotInstalledError, UnreachableError, UnsentError

if TYPE_CHECKING:
    from safeguards.runtimes.observe import Instance, Runtime
    from safeguards.system.clock import Clock
    from safeguards.system.docker import Engine
    from safeguards.system.http import Answer

REMEMBERED = 1.0
"""Seconds for which a container is not looked up again, unless it does not answer."""

ByHand = Callable[[str, str, float], str]
"""What a person types to send a request: method, URL, seconds."""


def left(deadline: float, clock: Clock) -> float:
    """The seconds until then, in tenths: people read them; never none."""
    return max(round(deadline - clock.monotonic(), 1), 0.1)


class UnaskedError(UnreachableError):
    """There was no way to ask: whether it would answer is not known."""


class FetchAt(Protocol):
    """`Http.fetch`."""

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], timeout: float, at: str = ""
    ) -> Answer:
        """The answer; `at` is the address to connect to in place of the URL's host."""


def curl(method: str, url: str, timeout: float, *options: str) -> str:
    """The request as a command; headers are left out, which may be secret."""
    chosen = [] if method == "GET" else ["-I"] if method == "HEAD" else ["-X", method]
    shown = [] if method == "HEAD" else ["-i"]
    return shlex.join(["curl", "-sS", *shown, "-m", f"{timeout:g}", *chosen, *options, url])


class InsideFetch:
    """Sends requests; those to a host in `names` go to the container of that name.

    `own` tells addresses of this machine. Safe to use from several threads.
    """

    def __init__(
        self,
        fetch: FetchAt,
        runtime: Runtime,
        names: Iterable[str],
        engine: Engine,
        *,
        own: Callable[[str], bool],
        clock: Clock,
    ) -> None:
        self._fetch = fetch
        self._runtime = runtime
        self._names = {name.lower(): name for name in names}
        self._engine = engine
        self._own = own
        self._clock = clock
        self._found: dict[str, tuple[float, Instance]] = {}
        self._ways: dict[str, ByHand] = {}

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], timeout: float
    ) -> Answer:
        """As `Http.fetch`; `UnaskedError` when nothing leads to the container."""
        name = self._named(url)
        if not name:
            return self._fetch(method, url, headers=headers, timeout=timeout)
        deadline = self._clock.monotonic() + timeout
        try:
            instance = self._running(name)
            for ip in self._near(instance):
                try:
                    answer = self._fetch(method, url, headers=headers, timeout=timeout, at=ip)
                except UnsentError:
                    # It may listen on its own loopback address alone.
                    timeout = left(deadline, self._clock)
                    continue
                self._ways[name] = _curl_at(ip)
                return answer
            return self._inside(name, instance, method, url, headers, timeout)
        except UnreachableError:
            self._found.pop(name, None)
            raise

    def by_hand(self, method: str, url: str, timeout: float) -> str:
        """What a person types to ask the same, or to see why it cannot be asked."""
        name = self._named(url)
        return (
            self._ways[name](method, url, timeout)
            if name in self._ways
            else curl(method, url, timeout)
        )

    def _named(self, url: str) -> str:
        try:
            return self._names.get(urlsplit(url).hostname or "", "")
        except ValueError:
            return ""

    def _running(self, name: str) -> Instance:
        """Of several replicas always the first that runs: a verdict that varies tells nothing."""
        looked, instance = self._found.get(name, (0.0, None))
        if instance is not None and self._clock.monotonic() - looked < REMEMBERED:
            return instance
        advice = self._runtime.advice
        try:
            found = self._runtime.inspect(name)
        except UnreachableError as error:
            self._ways[name] = lambda *_: advice(name).look
            raise UnaskedError(error.message, hint=error.hint, context=error.context) from error
        running = next((each for each in found if each.running), None)
        if running is None:
            said = f"the container {name} is {found[0].state}" if found else f"there is no {name}"
            self._ways[name] = lambda *_: advice(name).log if found else advice(name).look
            raise UnsentError(f"{said}: nobody answers")
        self._found[name] = (self._clock.monotonic(), running)
        return running

    def _near(self, instance: Instance) -> tuple[str, ...]:
        """The addresses that lead to this container: those in networks of this very machine.

        The engine of a virtual machine has networks as well, which are not reached from here.
        """
        if not instance.addresses or not self._engine.near:
            return ()
        return tuple(each.ip for each in instance.addresses if self._own(each.gateway))

    def _inside(
        self,
        name: str,
        instance: Instance,
        method: str,
        url: str,
        headers: Mapping[str, str],
        timeout: float,
    ) -> Answer:
        advice = self._runtime.advice
        self._ways[name] = lambda *asked: f"{advice(name).inside} {_python(*asked)}"
        try:
            return self._engine.fetch(instance.id, method, url, headers=headers, timeout=timeout)
        except NotInstalledError as error:
            self._ways[name] = lambda *_: advice(name).look
            raise UnaskedError(
                f"cannot be asked: {name} takes no connection from here and has no python3 inside",
                hint="publish its port, or run this on the machine of its engine",
                context=error.context,
            ) from error


def _curl_at(ip: str) -> ByHand:
    """curl that connects to the address in place of the URL's host."""

    def command(method: str, url: str, timeout: float) -> str:
        there = f"::{f'[{ip}]' if ':' in ip else ip}:"
        return curl(method, url, timeout, "--connect-to", there)

    return command


def _python(method: str, url: str, timeout: float) -> str:
    parts = urlsplit(url)
    if parts.scheme == "http":
        here = f"127.0.0.1:{parts.port}" if parts.port else "127.0.0.1"
        url = urlunsplit((parts.scheme, here, parts.path, parts.query, ""))
    asked = f"u.Request({json.dumps(url)}, method={json.dumps(method)})"
    told = f"import urllib.request as u; print(u.urlopen({asked}, timeout={timeout:g}).status)"
    return shlex.join(["python3", "-c", told])
