from __future__ import annotations

import pytest
from prometheus_client.parser import text_string_to_metric_families

from safeguards.checks import Check, Item, Verdict
from safeguards.errors import UnreachableError
from safeguards.metrics.exposition import render, render_all
from safeguards.metrics.gateway import push
from safeguards.metrics.names import METRICS
from safeguards.metrics.past import Past, counted
from safeguards.metrics.samples import Report, numbers

VERDICT = Verdict(
    *(1, "production", "fail", 3, "full", "2026-01-01T00:00:00.000Z", 250, None),
    (
        Check(
            3, "api", "fail", 9, "", (Item('/x?a="b"\\', "fail", measures={"status_code": 500}),)
        ),
        Check(4, "records", "ok", 9, "", (Item("Big", "ok", measures={"rows": 123456789012}),)),
    ),
    (),
)


def test_what_the_library_reads_is_what_was_seen() -> None:
    report = Report(VERDICT, Past(results=counted(())))
    text = render_all(report)
    read = {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
    wanted = numbers(report)
    assert len(read) == sum(map(len, wanted.values()))
    endpoint = (("endpoint", '/x?a="b"\\'), ("target", "production"))
    assert read["safeguards_http_status_code", endpoint] == 500
    table = (("table", "big"), ("target", "production"))
    assert read["safeguards_table_rows", table] == 123456789012


def test_every_family_is_described_once_and_only_what_there_is() -> None:
    text = render(VERDICT)
    types = [line.split()[2:] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len({name for name, _ in types}) == len(types)
    assert ["safeguards_verify_success", "gauge"] in types
    assert "safeguards_sync_total" not in text
    assert "safeguards_table_rows_min" not in text
    whole = render(VERDICT, Past(results=counted(())))
    assert "# TYPE safeguards_sync_total counter\n" in whole
    assert "_created" not in whole


def test_several_targets_are_one_document() -> None:
    other = Verdict(1, "staging", "pass", 0, "full", "2026-01-01T00:00:00.000Z", 1, None, (), ())
    text = render_all(Report(VERDICT), Report(other))
    assert text.count("# TYPE safeguards_verify_success gauge") == 1
    assert 'safeguards_verify_success{target="staging"} 1.0\n' in text
    assert 'safeguards_verify_success{target="production"} 0.0\n' in text


def test_names_follow_the_rules_of_prometheus() -> None:
    for metric in METRICS:
        assert metric.name.startswith("safeguards_")
        assert metric.name.endswith("_total") == (metric.kind == "counter")
        assert metric.meaning.endswith(".")
    assert len({metric.name for metric in METRICS}) == len(METRICS)


def test_a_push_replaces_the_group_of_its_target() -> None:
    sent: list[tuple[str, str, bytes]] = []

    def send(method: str, url: str, *, headers: list[tuple[str, str]], body: bytes) -> None:
        sent.append((method, url, body))
        assert dict(headers)["Content-Type"].startswith("text/plain")

    push("http://gateway.example:9091/base/", Report(VERDICT), send)
    ((method, url, body),) = sent
    assert method == "PUT"
    assert url == "http://gateway.example:9091/base/metrics/job/safeguards/target/production"
    assert body.decode() == render(VERDICT)


def test_what_the_gateway_refuses_is_raised() -> None:
    def send(method: str, url: str, *, headers: list[tuple[str, str]], body: bytes) -> None:
        raise UnreachableError("refused")

    with pytest.raises(UnreachableError, match="refused"):
        push("http://gateway.example", Report(VERDICT), send)
