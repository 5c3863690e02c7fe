"""Endpoints of a container that publishes no port: asked at its address, else from inside it."""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from safeguards.errors import NotInstalledError, UnreachableError, UnsentError

if TYPE_CHECKING:
    from safeguards.runtimes.line import Line
    from safeguards.runtimes.observe import Instance, Runtime
    from safeguards.system.http import Answer

REMEMBERED = 1.0
"""Seconds for which a container is not looked up again, unless it does not answer."""

ByHand = Callable[[str, str, float], str]
"""What a person types to send a request: method, URL, seconds."""


class UnaskedError(UnreachableError):
    """There was no way to ask: whether it would answer is not known."""


def curl(method: str, url: str, timeout: float, *options: str) -> str:
    """The request as a command; headers are left out, which may be secret."""
    chosen = [] if method == "GET" else ["-I"] if method == "HEAD" else ["-X", method]
    shown = [] if method == "HEAD" else ["-i"]
    return shlex.join(["curl", "-sS", *shown, "-m", f"{timeout:g}", *chosen, *options, url])


class InsideFetch:
    """Sends requests; those to a host of `names` go to the container that is called so there.

    Safe to use from several threads.
    """

    def __init__(self, line: Line, runtime: Runtime, names: Mapping[str, str]) -> None:
        self._line = line
        self._runtime = runtime
        self._names = names
        self._clock = line.clock
        self._found: dict[str, tuple[float, Instance]] = {}
        self._ways: dict[str, ByHand] = {}
        self._outside: set[str] = set()

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], timeout: float
    ) -> Answer:
        """As `Http.fetch`; `UnaskedError` when nothing leads to the container."""
        name = self._named(url)
        if not name:
            return self._line.fetch(method, url, headers=headers, timeout=timeout)
        try:
            instance = self._running(name)
            self._ways.setdefault(name, self._way(name, self._line.near(instance)))
            heard = self._line.ask(
                instance, method, url, headers, timeout, outside=name in self._outside
            )
        except NotInstalledError as error:
            self._found.pop(name, None)
            self._ways[name] = lambda *_: self._runtime.advice(name).look
            raise UnaskedError(
                f"cannot be asked: {name} takes no connection from here and has no python3 inside",
                hint="publish its port, or run this on the machine of its engine",
                context=error.context,
            ) from error
        except UnreachableError:
            self._found.pop(name, None)
            raise
        self._ways[name] = self._way(name, heard.at)
        if heard.at:
            self._outside.add(name)
        return heard.answer

    def by_hand(self, method: str, url: str, timeout: float) -> str:
        """What a person types to ask the same, or to see why it cannot be asked."""
        name = self._named(url)
        return self._ways.get(name, curl)(method, url, timeout)

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

    def _way(self, name: str, ip: str) -> ByHand:
        if ip:
            return _curl_at(ip)
        return lambda *asked: f"{self._runtime.advice(name).inside} {_python(*asked)}"


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
