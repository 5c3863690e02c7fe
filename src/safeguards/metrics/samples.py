"""From a verdict and the past to numbers. Pure; a number that is not known is left out."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from safeguards.checks import FAILED, Check, Item, StageName, Verdict
from safeguards.metrics.names import BY_NAME, TARGET, merged
from safeguards.metrics.past import STATES, Past

DAY = 86400.0

LONGEST = 200
"""Characters of a label's value."""

PHASES = ("resolve", "connect", "tls", "send", "wait", "first_byte", "processing", "transfer")
"""Parts of a request that may have been measured, as `<phase>_seconds`."""

TOTAL = "total"
"""The phase that is the whole request."""

Labels = tuple[str, ...]
"""Values in the order of the metric's own labels."""

Numbers = dict[str, dict[Labels, float]]
"""By the metric's name. The target comes first among the labels."""


class Report(msgspec.Struct, frozen=True):
    """All that is known of one production."""

    verdict: Verdict
    past: Past = Past()


class _Sample(msgspec.Struct, frozen=True):
    name: str
    value: float
    labels: Labels = ()


def numbers(*reports: Report) -> Numbers:
    """Every number of these productions; each series once."""
    found: Numbers = {name: {} for name in BY_NAME}
    for report in reports:
        for sample in _samples(report):
            if not math.isfinite(sample.value):
                continue
            labels = tuple(map(_label, (report.verdict.target, *sample.labels)))
            series, metric = found[sample.name], BY_NAME[sample.name]
            before = series.get(labels)
            series[labels] = (
                sample.value if before is None else merged(metric, before, sample.value)
            )
    return {name: series for name, series in found.items() if series}


def label_names(name: str) -> tuple[str, ...]:
    """The names of a metric's labels."""
    return (TARGET, *BY_NAME[name].labels)


def _samples(report: Report) -> Iterator[_Sample]:
    verdict, past = report.verdict, report.past
    yield from _whole(verdict, past)
    for check in verdict.checks:
        yield from _stage(check)
    yield from _syncs(past)
    commit = past.synced or (verdict.drift.synced if verdict.drift else None)
    revision = _revision(verdict)
    if commit or revision:
        yield _Sample("safeguards_deployed_info", 1, (commit or "", revision))


def _whole(verdict: Verdict, past: Past) -> Iterator[_Sample]:
    passed = verdict.exit_code == 0
    yield _Sample("safeguards_verify_success", passed)
    yield _Sample("safeguards_verify_exit_code", verdict.exit_code)
    if verdict.duration_ms:
        yield _Sample("safeguards_verify_duration_seconds", verdict.duration_ms / 1000)
    yield _Sample("safeguards_verify_last_run_timestamp_seconds", _seconds(verdict.started_at))
    success = past.last_success or (verdict.started_at if passed else None)
    if success:
        yield _Sample("safeguards_verify_last_success_timestamp_seconds", _seconds(success))


def _stage(check: Check) -> Iterator[_Sample]:
    if check.status == "skipped":
        return
    yield _Sample("safeguards_stage_success", check.status not in FAILED, (check.name,))
    yield _Sample("safeguards_stage_duration_seconds", check.duration_ms / 1000, (check.name,))
    for item in check.items:
        if item.status != "skipped":
            yield from _item(check.name, item)


def _item(stage: StageName, item: Item) -> Iterator[_Sample]:
    name = _named(stage, item.subject)
    labels = (stage, name)
    yield _Sample("safeguards_check_success", item.status not in FAILED, labels)
    yield _Sample("safeguards_check_unknown", item.status == "unknown", labels)
    if item.duration_ms:
        yield _Sample("safeguards_check_duration_seconds", item.duration_ms / 1000, labels)
    own = () if stage == "migrations" else (name,)
    for measure, metric in _MEASURES[stage].items():
        if measure in item.measures:
            yield _Sample(metric, item.measures[measure], own)
    if stage == "api":
        yield from _answer(name, item.measures)


def _answer(endpoint: str, measures: Mapping[str, float]) -> Iterator[_Sample]:
    phases = {"duration_seconds": TOTAL, **{f"{phase}_seconds": phase for phase in PHASES}}
    for measure, phase in phases.items():
        if measure in measures:
            labels = (endpoint, phase)
            yield _Sample("safeguards_http_duration_seconds", measures[measure], labels)
    if "certificate_days" in measures:
        left = measures["certificate_days"] * DAY
        yield _Sample("safeguards_http_certificate_left_seconds", left, (endpoint,))


def _syncs(past: Past) -> Iterator[_Sample]:
    if past.state is not None:
        for state in STATES:
            yield _Sample("safeguards_sync_state", state == past.state, (state,))
    for step in past.steps:
        if step.duration_ms:
            took = step.duration_ms / 1000
            yield _Sample("safeguards_sync_duration_seconds", took, (step.name,))
    for result, count in (past.results or {}).items():
        yield _Sample("safeguards_sync_total", count, (result,))


_MEASURES: Mapping[StageName, Mapping[str, str]] = {
    "containers": {
        "running": "safeguards_container_running",
        "restarts": "safeguards_container_restarts",
        "image_current": "safeguards_container_image_current",
        "uptime_seconds": "safeguards_container_uptime_seconds",
    },
    "migrations": {
        "at_head": "safeguards_alembic_at_head",
        "pending_revisions": "safeguards_alembic_pending_revisions",
    },
    "api": {"status_code": "safeguards_http_status_code"},
    "records": {
        "rows": "safeguards_table_rows",
        "rows_min": "safeguards_table_rows_min",
        "capped": "safeguards_table_rows_capped",
        "estimate": "safeguards_table_rows_estimate",
        "age_seconds": "safeguards_table_newest_age_seconds",
    },
}


def _named(stage: StageName, subject: str) -> str:
    """What was looked at, by a name that lasts.

    Instances of a service share the name of the service, since theirs end with them; a table is
    called as in the configuration, while its subject begins with a capital for people.
    """
    if stage == "containers":
        return subject.partition(" (")[0]
    return subject[:1].lower() + subject[1:] if stage == "records" else subject


def _revision(verdict: Verdict) -> str:
    """What the database says that it is at; empty when it did not say."""
    told = [
        item.observed
        for check in verdict.checks
        if check.name == "migrations"
        for item in check.items
        if "at_head" in item.measures and item.observed
    ]
    return ", ".join(dict.fromkeys(told))


def _seconds(moment: str) -> float:
    """Seconds since 1970 of ISO 8601 in UTC."""
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp()


def _label(text: str) -> str:
    """A label's value that no terminal interprets: one line of printable characters."""
    shown = text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in shown)
