"""How a container is asked that publishes nothing: at its address, else from inside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Protocol

import msgspec

from safeguards.errors import UnsentError

if TYPE_CHECKING:
    from safeguards.runtimes.observe import Instance
    from safeguards.system.clock import Clock
    from safeguards.system.docker import Engine
    from safeguards.system.http import Answer


class FetchAt(Protocol):
    """`Http.fetch`."""

    def __call__(
        self, method: str, url: str, *, headers: Mapping[str, str], timeout: float, at: str = ""
    ) -> Answer:
        """The answer; `at` is the address to connect to in place of the URL's host."""


class Heard(msgspec.Struct, frozen=True):
    """An answer, and the address at which it was given; empty when it was asked from inside."""

    answer: Answer
    at: str


def left(deadline: float, clock: Clock) -> float:
    """The seconds until then, in tenths: people read them; never none."""
    return max(round(deadline - clock.monotonic(), 1), 0.1)


class Line(msgspec.Struct, frozen=True):
    """What leads to the containers of an engine. `own` tells addresses of this machine."""

    fetch: FetchAt
    engine: Engine
    own: Callable[[str], bool]
    clock: Clock

    def ask(
        self,
        instance: Instance,
        method: str,
        url: str,
        headers: Mapping[str, str],
        timeout: float,
        *,
        outside: bool = False,
    ) -> Heard:
        """Send the request to a running container, whatever host the URL names.

        With `outside` it is known to listen at its address, if there is one that leads there: a
        refusal is believed then, and no program is started inside one that only just starts.
        Raises as `Http.fetch` does, and `NotInstalledError` when nothing leads there from here and
        it has no Python.
        """
        deadline = self.clock.monotonic() + timeout
        ip = self.near(instance)
        if ip:
            # Where this is refused, it may listen on its own loopback address alone.
            try:
                return Heard(self.fetch(method, url, headers=headers, timeout=timeout, at=ip), ip)
            except UnsentError:
                if outside:
                    raise
            timeout = left(deadline, self.clock)
        answer = self.engine.fetch(instance.id, method, url, headers=headers, timeout=timeout)
        return Heard(answer, "")

    def near(self, instance: Instance) -> str:
        """An address that leads to this container from here, in a network of this very machine;
        empty when there is none.

        The engine of a virtual machine has networks as well, which are not reached from here.
        """
        if not instance.addresses or not self.engine.near:
            return ""
        return next((each.ip for each in instance.addresses if self.own(each.gateway)), "")
