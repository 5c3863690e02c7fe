"""`safeguards metrics`: the verdicts as numbers for Prometheus."""

from __future__ import annotations

import click

from safeguards.cli.lazy import LazyGroup

VERBS = {
    "serve": "let Prometheus ask: /metrics and /healthz",
    "write": "write a textfile for node_exporter, or push to a push gateway",
}
"""Each is `command` in `safeguards.cli.metrics_<verb>`."""

EPILOG = """\b
Examples:
  safeguards metrics serve                      at metrics.listen, until it is stopped
  safeguards metrics write --textfile /var/lib/node_exporter/safeguards.prom
  safeguards verify --format prometheus         the same numbers, on standard output"""


@click.group(
    "metrics",
    cls=LazyGroup,
    listed=VERBS,
    module="safeguards.cli.metrics_{}",
    epilog=EPILOG,
)
def command() -> None:
    """Tell Prometheus how production is: verdicts, stages, tables, endpoints, syncs."""
