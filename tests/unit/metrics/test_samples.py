from __future__ import annotations

import math

import pytest

from safeguards.checks import Check, Drift, Item, Mode, Verdict, exit_code
from safeguards.metrics.names import BY_NAME
from safeguards.metrics.past import STATES, Past, counted, state_of
from safeguards.metrics.samples import LONGEST, PHASES, Report, label_names, numbers
from safeguards.runs import Run, Step

AT = "2026-01-01T00:00:00.000Z"
SECONDS = 1767225600.0


def verdict(
    *checks: Check, target: str = "production", mode: Mode = "full", drift: Drift | None = None
) -> Verdict:
    code = int(exit_code(checks))
    status = "fail" if code else "pass"
    return Verdict(1, target, status, code, mode, AT, 250, None, checks, (), drift)


def items(stage: str, *found: Item) -> Check:
    names = ("containers", "migrations", "api", "records")
    worst = next((s for s in ("fail", "unknown") if s in {i.status for i in found}), "ok")
    return Check(names.index(stage) + 1, stage, worst, 40, "", found)  # type: ignore[arg-type]


def one(name: str, report: Report) -> dict[tuple[str, ...], float]:
    """The series of a metric, without the target."""
    return {labels[1:]: value for labels, value in numbers(report).get(name, {}).items()}


def seen(check: Check, name: str) -> dict[tuple[str, ...], float]:
    return one(name, Report(verdict(check)))


def test_the_verdict_itself() -> None:
    found = numbers(Report(verdict(items("api", Item("/health", "fail")))))
    whole = {name: series for name, series in found.items() if name.startswith("safeguards_verify")}
    assert whole == {
        "safeguards_verify_success": {("production",): 0},
        "safeguards_verify_exit_code": {("production",): 3},
        "safeguards_verify_duration_seconds": {("production",): 0.25},
        "safeguards_verify_last_run_timestamp_seconds": {("production",): SECONDS},
    }


def test_the_last_success_is_the_journals_or_this_one() -> None:
    name = "safeguards_verify_last_success_timestamp_seconds"
    ill = verdict(items("api", Item("/health", "fail")))
    assert one(name, Report(ill)) == {}
    assert one(name, Report(verdict())) == {(): SECONDS}
    earlier = Past(last_success="2025-12-31T23:59:00.000Z")
    assert one(name, Report(ill, earlier)) == {(): SECONDS - 60}


@pytest.mark.parametrize(
    ("status", "success", "unknown"),
    [("ok", 1, 0), ("warn", 1, 0), ("fail", 0, 0), ("unknown", 0, 1)],
)
def test_could_not_look_is_no_success_and_is_told_apart(
    status: str, success: float, unknown: float
) -> None:
    check = items("api", Item("/health", status))  # type: ignore[arg-type]
    assert seen(check, "safeguards_check_success") == {("api", "/health"): success}
    assert seen(check, "safeguards_check_unknown") == {("api", "/health"): unknown}
    assert seen(check, "safeguards_stage_success") == {("api",): success}


def test_what_was_skipped_has_no_series() -> None:
    skipped = Check(3, "api", "skipped", 0, "quick")
    found = numbers(Report(verdict(skipped)))
    assert [name for name in found if "check" in name or "stage" in name] == []
    partly = items("records", Item("Projects", "skipped"), Item("Orders", "ok"))
    assert seen(partly, "safeguards_check_success") == {("records", "orders"): 1}


def test_a_number_that_is_not_known_has_no_series() -> None:
    item = Item("Projects", "unknown", measures={"rows_min": 1.0, "rows": math.nan})
    check = items("records", item)
    assert seen(check, "safeguards_table_rows") == {}
    assert seen(check, "safeguards_table_rows_min") == {("projects",): 1}
    assert seen(check, "safeguards_table_rows_capped") == {}
    assert (
        seen(items("migrations", Item("database", "unknown")), "safeguards_alembic_at_head") == {}
    )


def test_instances_of_a_service_share_its_name() -> None:
    check = items(
        "containers",
        Item("web (app-web-1)", "ok", measures={"running": 1, "restarts": 2, "image_current": 1}),
        Item("web (app-web-2)", "fail", measures={"running": 0, "restarts": 5, "image_current": 1}),
        Item("db", "ok", measures={"running": 1, "restarts": 0, "uptime_seconds": 90}),
    )
    assert seen(check, "safeguards_container_running") == {("web",): 0, ("db",): 1}
    assert seen(check, "safeguards_container_restarts") == {("web",): 7, ("db",): 0}
    assert seen(check, "safeguards_container_image_current") == {("web",): 1}
    assert seen(check, "safeguards_container_uptime_seconds") == {("db",): 90}
    assert seen(check, "safeguards_check_success") == {
        ("containers", "web"): 0,
        ("containers", "db"): 1,
    }


def test_endpoints() -> None:
    measures = {"status_code": 200.0, "duration_seconds": 0.2, "connect_seconds": 0.05}
    check = items("api", Item("POST /x", "ok", measures={**measures, "certificate_days": 2}))
    assert seen(check, "safeguards_http_status_code") == {("POST /x",): 200}
    assert seen(check, "safeguards_http_duration_seconds") == {
        ("POST /x", "total"): 0.2,
        ("POST /x", "connect"): 0.05,
    }
    assert seen(check, "safeguards_http_certificate_left_seconds") == {("POST /x",): 172800}


def test_phases_are_few() -> None:
    strange = {f"phase{number}_seconds": 1.0 for number in range(50)}
    check = items("api", Item("/health", "ok", measures=strange))
    assert seen(check, "safeguards_http_duration_seconds") == {}
    assert len(PHASES) < 10


def test_tables_and_the_migrations() -> None:
    rows = {"rows": 10000.0, "rows_min": 1.0, "capped": 1.0, "estimate": 0.0, "age_seconds": 3.5}
    table = items("records", Item("Audit.events", "ok", measures=rows))
    assert seen(table, "safeguards_table_rows") == {("audit.events",): 10000}
    assert seen(table, "safeguards_table_rows_capped") == {("audit.events",): 1}
    assert seen(table, "safeguards_table_newest_age_seconds") == {("audit.events",): 3.5}
    behind = items(
        "migrations",
        Item("database", "fail", "017", measures={"at_head": 0, "pending_revisions": 2}),
        Item("database (audit)", "fail", "a1", measures={"at_head": 1, "pending_revisions": 3}),
    )
    assert seen(behind, "safeguards_alembic_at_head") == {(): 0}
    assert seen(behind, "safeguards_alembic_pending_revisions") == {(): 5}
    assert seen(behind, "safeguards_deployed_info") == {("", "017, a1"): 1}


def test_the_deployed_commit_is_the_journals_or_that_of_the_drift() -> None:
    drift = Drift("none", "origin", "main", "fetched", "", synced="c0ffee")
    report = Report(verdict(drift=drift))
    assert one("safeguards_deployed_info", report) == {("c0ffee", ""): 1}
    known = Report(verdict(drift=drift), Past(synced="abc"))
    assert one("safeguards_deployed_info", known) == {("abc", ""): 1}
    assert one("safeguards_deployed_info", Report(verdict())) == {}


def test_the_newest_sync() -> None:
    past = Past(state="rolled_back", steps=(Step("build", "ok", 1500), Step("roll", "fail", 0)))
    report = Report(verdict(), past)
    states = one("safeguards_sync_state", report)
    assert [state for (state,), value in states.items() if value] == ["rolled_back"]
    assert len(states) == len(STATES)
    assert one("safeguards_sync_duration_seconds", report) == {("build",): 1.5}
    assert one("safeguards_sync_total", report) == {}


def run(code: int | None, status: str = "fail") -> Run:
    ended = None if code is None else AT
    return Run("r", "sync", "push", "production", AT, status, "abc", ended, code)


def test_syncs_are_counted_by_how_they_ended() -> None:
    results = counted((run(0, "pass"), run(0, "pass"), run(15), run(70), run(None, "running")))
    assert {name: count for name, count in results.items() if count} == {
        "ok": 2,
        "rolled_back": 1,
        "other": 1,
    }
    assert results["failed_halfway"] == 0
    assert one("safeguards_sync_total", Report(verdict(), Past(results=results)))[("ok",)] == 2


def test_states_of_a_sync() -> None:
    assert state_of(run(None, "running")) == "running"
    assert state_of(run(None, "interrupted")) == "interrupted"
    assert [state_of(run(code)) for code in (0, 13, 16, 130)] == [
        *("ok", "failed_halfway", "rolled_back_unhealthy", "other"),
    ]


def test_labels_are_one_short_line_of_printable_text() -> None:
    nasty = '/a\x1b[31m\n"\\\udcff' + "x" * 500
    ((stage, check),) = seen(items("api", Item(nasty, "ok")), "safeguards_check_success")
    assert stage == "api"
    assert check.startswith('/a\\x1b[31m\\n"\\\\udcff')
    assert check.isprintable()
    assert len(check) < 2 * LONGEST


def test_targets_do_not_mix_and_every_series_has_its_labels() -> None:
    check = items("records", Item("Projects", "ok", measures={"rows": 3}))
    found = numbers(Report(verdict(check)), Report(verdict(check, target="staging")))
    assert set(found["safeguards_table_rows"]) == {
        ("production", "projects"),
        ("staging", "projects"),
    }
    for name, series in found.items():
        assert {len(labels) for labels in series} == {len(label_names(name))}
    assert set(found) <= set(BY_NAME)
