"""The real Prometheus reads what is served, and its own tools find no fault."""

from __future__ import annotations

import json
import urllib.parse
from pathlib import Path
from typing import Any

import pytest
from tests.integration.metrics.conftest import serving
from tests.integration.verify.conftest import Small
from tests.support import needs
from tests.support.monitoring import await_query, prometheus, promtool, query
from tests.support.needs import Unavailable
from tests.support.shell import ROOT

from safeguards.checks import Check, Item, Verdict
from safeguards.metrics.exposition import render_all
from safeguards.metrics.names import METRICS
from safeguards.metrics.past import Past, counted
from safeguards.metrics.samples import Report
from safeguards.runs import Step

EXAMPLES = ROOT / "examples" / "prometheus"
SCRAPED = """\
global:
  scrape_interval: 1s
  evaluation_interval: 1s
rule_files: [{rules}]
scrape_configs:
  - job_name: safeguards
    static_configs: [{{targets: ["{place}"]}}]
"""


def test_a_real_prometheus_scrapes_it(small: Small, tmp_path: Path) -> None:
    with serving(small, "--max-age", "0") as served:
        place = urllib.parse.urlsplit(served.url).netloc
        folder = tmp_path / "prometheus"
        folder.mkdir()
        configuration = SCRAPED.format(place=place, rules=EXAMPLES / "alerts.yaml")
        try:
            with prometheus(folder, configuration) as url:
                success = "safeguards_verify_success"
                await_query(url, success, lambda found: found == {"production": 1})
                small.sql("delete from projects")
                await_query(url, success, lambda found: found == {"production": 0})
                await_query(
                    url, "safeguards_verify_exit_code", lambda found: found == {"production": 4}
                )
                await_query(
                    url,
                    'ALERTS{alertname="SafeguardsProductionIll"}',
                    lambda found: found == {"production": 1},
                )
                assert [series["value"][1] for series in query(url, "up")] == ["1"]
                for expression in _dashboard():
                    query(url, expression)
        except Unavailable as missing:
            needs.skip(missing)


def _dashboard() -> list[str]:
    document: Any = json.loads((ROOT / "examples/grafana/safeguards.json").read_text())
    found = [target["expr"] for panel in document["panels"] for target in panel["targets"]]
    assert found
    return [expression.replace("$target", "production") for expression in found]


def test_promtool_finds_no_fault_in_any_metric() -> None:
    items = {
        "containers": {"running": 1, "restarts": 2, "image_current": 1, "uptime_seconds": 9.5},
        "migrations": {"at_head": 1, "pending_revisions": 0},
        "api": {"status_code": 200, "duration_seconds": 0.2, "certificate_days": 9},
        "records": {"rows": 1, "rows_min": 1, "capped": 0, "estimate": 0, "age_seconds": 3},
    }
    checks = tuple(
        Check(number, name, "ok", 9, "", (Item("a", "ok", "1", duration_ms=3, measures=measures),))  # type: ignore[arg-type]
        for number, (name, measures) in enumerate(items.items(), 1)
    )
    at = "2026-01-01T00:00:00.000Z"
    verdict = Verdict(1, "production", "pass", 0, "full", at, 9, None, checks, ())
    past = Past(at, "abc", "ok", (Step("build", "ok", 9),), counted(()))
    text = render_all(Report(verdict, past))
    assert [each.name for each in METRICS if f"\n{each.name}{{" not in text] == []
    done = _promtool("check", "metrics", stdin=text)
    assert (done, "") == ("", "")


def test_the_shipped_alerts_and_configuration() -> None:
    assert "7 rules found" in _promtool("check", "rules", EXAMPLES / "alerts.yaml")
    assert "SUCCESS" in _promtool("test", "rules", EXAMPLES / "alerts_test.yaml")
    assert "SUCCESS" in _promtool("check", "config", EXAMPLES / "prometheus.yaml")


def test_a_broken_rule_would_be_noticed(tmp_path: Path) -> None:
    text = (EXAMPLES / "alerts.yaml").read_text()
    assert "> 900" in text
    (tmp_path / "alerts.yaml").write_text(text.replace("> 900", "> 9000"))
    tests = (EXAMPLES / "alerts_test.yaml").read_text()
    (tmp_path / "alerts_test.yaml").write_text(tests)
    with pytest.raises(AssertionError, match="SafeguardsLastSuccessTooOld"):
        _promtool("test", "rules", tmp_path / "alerts_test.yaml")


def _promtool(*argv: str | Path, stdin: str = "") -> str:
    """What it says; `AssertionError` when it complains."""
    try:
        done = promtool(*argv, stdin=stdin)
    except Unavailable as missing:
        needs.skip(missing)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr
