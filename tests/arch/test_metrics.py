"""The manual, the alerts and the dashboard speak of the metrics that there are; the library that
writes them is loaded only then."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from typing import Any

import yaml
from tests.support.shell import ROOT

from safeguards.metrics.names import BY_NAME, METRICS

NAME = re.compile(r"\bsafeguards_[a-z0-9_]+\b")
ALERTS = ROOT / "examples/prometheus/alerts.yaml"
DASHBOARD: dict[str, Any] = json.loads((ROOT / "examples/grafana/safeguards.json").read_text())


def test_the_manual_lists_every_metric() -> None:
    text = (ROOT / "docs/metrics.md").read_text()
    table = text.partition("<!-- metrics -->")[2].partition("<!-- metrics: end -->")[0]
    rows = [line for line in table.splitlines() if line.startswith("| `")]
    wanted = [
        f"| `{each.name}` | {', '.join(each.labels)} | {each.meaning} |".replace("|  |", "| |")
        for each in METRICS
    ]
    assert rows == wanted


def test_alerts_are_of_metrics_that_there_are() -> None:
    (group,) = yaml.safe_load(ALERTS.read_text())["groups"]
    expressions = " ".join(rule["expr"] for rule in group["rules"])
    assert len(group["rules"]) >= 4
    assert "absent(" in expressions
    assert "safeguards_verify_last_success_timestamp_seconds" in expressions
    assert set(NAME.findall(expressions)) <= set(BY_NAME)


def test_every_alert_is_tested() -> None:
    (group,) = yaml.safe_load(ALERTS.read_text())["groups"]
    document = yaml.safe_load((ALERTS.parent / "alerts_test.yaml").read_text())
    fired: set[str] = set()
    silent: set[str] = set()
    for each in document["tests"]:
        for case in each["alert_rule_test"]:
            (fired if case.get("exp_alerts") else silent).add(case["alertname"])
    alerts = {rule["alert"] for rule in group["rules"]}
    assert fired == alerts
    assert silent == alerts


def test_the_dashboard_shows_metrics_that_there_are() -> None:
    panels = DASHBOARD["panels"]
    expressions = [target["expr"] for panel in panels for target in panel["targets"]]
    used = {name for expression in expressions for name in NAME.findall(expression)}
    assert used <= set(BY_NAME)
    assert {
        "safeguards_verify_success",
        "safeguards_verify_last_success_timestamp_seconds",
        "safeguards_stage_success",
        "safeguards_alembic_at_head",
        "safeguards_alembic_pending_revisions",
        "safeguards_http_duration_seconds",
        "safeguards_table_rows",
        "safeguards_container_restarts",
    } <= used
    assert all('target=~"$target"' in expression for expression in expressions)


def test_panels_have_a_place_each() -> None:
    panels = DASHBOARD["panels"]
    assert len({panel["id"] for panel in panels}) == len(panels)
    taken: set[tuple[int, int]] = set()
    for panel in panels:
        at = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert at["x"] + at["w"] <= 24
        assert not cells & taken
        taken |= cells
    assert [each["name"] for each in DASHBOARD["templating"]["list"]] == ["datasource", "target"]


def test_the_library_is_loaded_only_to_write() -> None:
    code = """
import sys
import safeguards.metrics.exposition, safeguards.metrics.gateway, safeguards.cli.metrics
import safeguards.cli.measuring.watch, safeguards.cli.verify
sys.exit("prometheus_client" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0


def test_without_the_library_it_says_what_to_install() -> None:
    code = """
import sys
sys.modules["prometheus_client"] = None
from safeguards.errors import NotInstalledError
from safeguards.metrics.exposition import require_library
try:
    require_library()
except NotInstalledError as error:
    sys.exit("safeguards[metrics]" not in error.hint)
sys.exit(3)
"""
    assert subprocess.run([sys.executable, "-c", code], timeout=60, check=False).returncode == 0
