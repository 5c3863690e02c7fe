"""Every metric that is exported: its name, what it says, its labels. No other one ever is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

import msgspec

TARGET = "target"
"""The label that every series has: the production's name in the configuration."""


class Metric(msgspec.Struct, frozen=True):
    """One metric. Where two things share its labels, `merge` makes one number of theirs."""

    name: str
    meaning: str
    labels: tuple[str, ...] = ()
    kind: Literal["gauge", "counter"] = "gauge"
    merge: Literal["min", "max", "sum"] = "max"


def merged(metric: Metric, one: float, other: float) -> float:
    """The one number that stands for two of the same series."""
    return _MERGE[metric.merge](one, other)


def _sum(one: float, other: float) -> float:
    return one + other


_MERGE: Mapping[str, Callable[[float, float], float]] = {"min": min, "max": max, "sum": _sum}

_CHECK = ("stage", "check")

METRICS: tuple[Metric, ...] = (
    Metric("safeguards_verify_success", "Whether the last verify passed."),
    Metric("safeguards_verify_exit_code", "Exit code of the last verify; 0 when it passed."),
    Metric("safeguards_verify_duration_seconds", "How long the last verify took."),
    Metric("safeguards_verify_last_run_timestamp_seconds", "When the last verify began."),
    Metric(
        "safeguards_verify_last_success_timestamp_seconds",
        "When the last verify that passed began, as far as the journal goes back.",
    ),
    Metric(
        "safeguards_stage_success",
        "Whether all is well with a stage of verify.",
        ("stage",),
        "gauge",
        "min",
    ),
    Metric("safeguards_stage_duration_seconds", "How long a stage of verify took.", ("stage",)),
    Metric(
        "safeguards_check_success",
        "Whether one thing was looked at and is well; 0 also where it could not be looked at.",
        _CHECK,
        merge="min",
    ),
    Metric("safeguards_check_unknown", "Whether one thing could not be looked at.", _CHECK),
    Metric("safeguards_check_duration_seconds", "How long looking at one thing took.", _CHECK),
    Metric(
        "safeguards_alembic_at_head",
        "Whether the database is at the head of the migrations.",
        merge="min",
    ),
    Metric(
        "safeguards_alembic_pending_revisions",
        "Revisions that the database lacks.",
        merge="sum",
    ),
    Metric(
        "safeguards_container_running",
        "Whether every instance of a service runs.",
        ("service",),
        merge="min",
    ),
    Metric(
        "safeguards_container_restarts",
        "Restarts of a service's instances since they were made, together.",
        ("service",),
        merge="sum",
    ),
    Metric(
        "safeguards_container_image_current",
        "Whether every instance runs the image that its tag stands for.",
        ("service",),
        merge="min",
    ),
    Metric(
        "safeguards_container_uptime_seconds",
        "For how long the youngest instance of a service runs.",
        ("service",),
        merge="min",
    ),
    Metric("safeguards_http_status_code", "Status that an endpoint answered with.", ("endpoint",)),
    Metric(
        "safeguards_http_duration_seconds",
        "How long an endpoint took to answer, in phases where they are known.",
        ("endpoint", "phase"),
    ),
    Metric(
        "safeguards_http_certificate_left_seconds",
        "For how long the certificate of an endpoint is still valid.",
        ("endpoint",),
        merge="min",
    ),
    Metric("safeguards_table_rows", "Rows that were counted.", ("table",)),
    Metric("safeguards_table_rows_min", "Rows that there have to be.", ("table",)),
    Metric(
        "safeguards_table_rows_capped",
        "Whether counting stopped at a limit, so that there are more rows.",
        ("table",),
    ),
    Metric("safeguards_table_rows_estimate", "Whether the rows are an estimate.", ("table",)),
    Metric("safeguards_table_newest_age_seconds", "Age of the newest row.", ("table",)),
    Metric(
        "safeguards_sync_state",
        "1 for the state that the newest sync is in or ended in, 0 for the others.",
        ("state",),
    ),
    Metric(
        "safeguards_sync_duration_seconds",
        "How long a step of the newest sync took.",
        ("step",),
        merge="sum",
    ),
    Metric(
        "safeguards_sync_total",
        "Syncs that came to an end, by how they ended.",
        ("result",),
        "counter",
    ),
    Metric(
        "safeguards_deployed_info",
        "1; the commit that was synchronised last, and the database's revision.",
        ("commit", "revision"),
    ),
)

BY_NAME: Mapping[str, Metric] = {metric.name: metric for metric in METRICS}
