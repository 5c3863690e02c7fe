"""The numbers in Prometheus' text format, written by prometheus-client."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, cast

from safeguards.errors import NotInstalledError
from safeguards.metrics.names import METRICS, Metric
from safeguards.metrics.past import Past
from safeguards.metrics.samples import Labels, Numbers, Report, label_names, numbers

if TYPE_CHECKING:
    from prometheus_client import CollectorRegistry
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
    from prometheus_client.registry import Collector

    from safeguards.checks import Verdict

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
"""Of the text format that every Prometheus reads."""

NOTHING_MORE = Past()


def render(verdict: Verdict, past: Past = NOTHING_MORE) -> str:
    """A verdict in Prometheus' text format.

    Raises `NotInstalledError` where prometheus-client is missing.
    """
    return render_all(Report(verdict, past))


def render_all(*reports: Report) -> str:
    """As `render`, of several productions in one document."""
    registry = registry_of(*reports)
    from prometheus_client import generate_latest

    return generate_latest(registry).decode()


def registry_of(*reports: Report) -> CollectorRegistry:
    """What prometheus-client collects from: the numbers of these productions, and no others.

    Raises as `render`.
    """
    require_library()
    from prometheus_client import CollectorRegistry

    registry = CollectorRegistry()
    registry.register(cast("Collector", _Collector(numbers(*reports))))
    return registry


def require_library() -> None:
    """Raises `NotInstalledError` where prometheus-client is missing."""
    try:
        import prometheus_client  # noqa: F401
    except ImportError as error:
        raise NotInstalledError(
            "metrics need prometheus-client, which is not installed",
            hint="install it: pip install prometheus-client, or the extra safeguards[metrics]",
        ) from error


class _Collector:
    """Has the methods of the library's own class, which is not imported with this module."""

    def __init__(self, found: Numbers) -> None:
        self._found = found

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        for metric in METRICS:
            if metric.name in self._found:
                yield _family(metric, self._found[metric.name])


def _family(
    metric: Metric, series: Mapping[Labels, float]
) -> GaugeMetricFamily | CounterMetricFamily:
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

    form = CounterMetricFamily if metric.kind == "counter" else GaugeMetricFamily
    family = form(metric.name, metric.meaning, labels=label_names(metric.name))
    for labels, value in series.items():
        family.add_metric(labels, value)
    return family
