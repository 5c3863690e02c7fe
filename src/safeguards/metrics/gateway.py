"""Where and how a push gateway gets the numbers, by prometheus-client's own rules."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from safeguards.metrics.exposition import registry_of
from safeguards.metrics.names import TARGET

if TYPE_CHECKING:
    from safeguards.metrics.samples import Report

JOB = "safeguards"


class Send(Protocol):
    """Sends one request; raises `UnreachableError` when it is not accepted."""

    def __call__(
        self, method: str, url: str, *, headers: list[tuple[str, str]], body: bytes
    ) -> None:
        """Send it, and wait until it is accepted."""


def push(gateway: str, report: Report, send: Send) -> None:
    """Replace what the gateway has of this production, which is a group of its own there.

    Raises what `send` raises, and `NotInstalledError` where prometheus-client is missing.
    """
    registry = registry_of(report)
    from prometheus_client import push_to_gateway

    def handler(
        url: str,
        method: str,
        timeout: float | None,  # noqa: ARG001  `send` has its own
        headers: list[tuple[str, str]],
        data: bytes,
    ) -> Callable[[], None]:
        return lambda: send(method, url, headers=headers, body=data)

    group = {TARGET: report.verdict.target}
    push_to_gateway(gateway, JOB, registry, grouping_key=group, handler=handler)
