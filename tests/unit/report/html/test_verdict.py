"""The verdict: a word, each stage with its items, commands that are shown whole."""

from __future__ import annotations

import msgspec
from tests.unit.report.html.kit import FAILED, checks, contents, element, verdict, words

from safeguards.checks import Action, Check, Drift, Item
from safeguards.report.html import verdict as section


def test_what_failed_has_everything_to_go_on() -> None:
    made = section.section(contents(verdict=verdict(*checks(FAILED))))
    told = words(f"<div>{made}</div>")
    assert "✕ FAILED API endpoints: exit code 3" in told
    assert (
        "/orders : fail: 500, the server failed observed 500 expected 2xx, 401 or 403"
        " hint see the log next see the answer curl -i http://127.0.0.1/orders"
    ) in told
    assert "What to do next see the answer changes nothing curl" in told
    assert "asked 2026-01-02 03:04:05 UTC commit abcdef012345 took 0.1 s" in told


def test_an_old_verdict_and_a_quick_one_say_so() -> None:
    made = msgspec.structs.replace(verdict(), mode="quick")
    told = words(f"<div>{section.section(contents(verdict=made, asked=False))}</div>")
    assert "as the journal has it, of 2026-01-02 03:04:05 UTC" in told
    assert "without the API" in told
    assert "✓ PASSED Every check is well" in told


def test_drift_is_told_in_each_of_its_states() -> None:
    for status, word in (("drift", "▲ Drift"), ("none", "✓ No drift"), ("unknown", "? Drift not")):
        drift = Drift(status, "origin", "main", "fetched", "main is ahead")  # type: ignore[arg-type]
        made = msgspec.structs.replace(verdict(), drift=drift)
        told = words(f"<div>{section.section(contents(verdict=made))}</div>")
        assert word in told
        assert "main is ahead" in told


def test_files_that_drifted_are_listed_as_far_as_they_are_known() -> None:
    drift = Drift("drift", "origin", "main", "remote", "main is ahead", changed=("a.py", "b.py"))
    made = msgspec.structs.replace(drift, changed_count=9)
    page = section.section(contents(verdict=msgspec.structs.replace(verdict(), drift=made)))
    assert "9 files changed a.py b.py and 7 more" in words(f"<div>{page}</div>")


def test_a_long_command_is_shown_whole() -> None:
    line = "curl " + " ".join(f"-H 'x-{n}: y'" for n in range(60))
    item = msgspec.structs.replace(FAILED, next=Action(line, "ask", safe=False))
    made = section.section(contents(verdict=verdict(*checks(item))))
    codes = [code.text for code in element(f"<div>{made}</div>").iter("code")]
    assert codes == [line, line]
    assert "changes production" in made


def test_many_items_are_folded_and_bounded_those_that_matter_first() -> None:
    items = (*(Item(f"/{n}", "ok", "200") for n in range(100)), FAILED, Item("/w", "warn", "404"))
    check = Check(3, "api", "fail", 1, "", items)
    made = section.section(contents(verdict=verdict(check)))
    root = element(f"<div>{made}</div>")
    opened = [li.findtext("div/p/strong") for li in root.findall(".//section/ul/li")]
    assert opened == ["/orders", "/w"]
    assert root.findtext(".//details/summary") == f"{section.MOST_ITEMS - 2} that are well"
    assert f"and {102 - section.MOST_ITEMS} more" in made
