from __future__ import annotations

import msgspec
import pytest

from safeguards.checks import Action, Check, Item, Mode, Verdict, exit_code
from safeguards.report import verify_json, verify_text

HEALTHY = (
    Check(1, "containers", "ok", 30, "", (Item("npd-db", "ok", "running", "running"),)),
    Check(2, "migrations", "ok", 90, "018 matches head", (Item("database", "ok", "018", "018"),)),
    Check(
        3,
        "api",
        "ok",
        12,
        "",
        (
            Item("/health", "ok", "200", duration_ms=9),
            Item("/api/v1/projects", "ok", "401", message="expected - auth required"),
        ),
    ),
    Check(4, "records", "ok", 50, "", (Item("Projects", "ok", "2", "at least 1"),)),
)


def verdict(*checks: Check, mode: Mode = "full") -> Verdict:
    code = int(exit_code(checks))
    return Verdict(
        1,
        "production",
        "fail" if code else "pass",
        code,
        mode,
        "2026-01-01T00:00:00.000Z",
        120,
        "abc",
        checks,
        (),
    )


def test_the_shape_that_scripts_read() -> None:
    assert verify_text.render(verdict(*HEALTHY)) == (
        "Check 1: Containers [OK]\n"
        "Check 2: Migrations [OK] (018 matches head)\n"
        "Check 3: API endpoints [OK]\n"
        "  - /health: 200\n"
        "  - /api/v1/projects: 401 (expected - auth required)\n"
        "Check 4: Record counts [OK]\n"
        "  - Projects: 2\n"
        "PRODUCTION HEALTH CHECK PASSED\n"
    )


def test_quick_and_unconfigured_stages_are_skipped() -> None:
    quick = Check(3, "api", "skipped", 0, "quick")
    absent = Check(4, "records", "skipped", 0, "not configured")
    text = verify_text.render(verdict(*HEALTHY[:2], quick, absent, mode="quick"))
    assert "Check 3: Skipped\nCheck 4: Skipped (not configured)\n" in text


def test_a_failure_has_observed_expected_and_the_next_command() -> None:
    item = Item(
        "npd-backend",
        "fail",
        "exited",
        "running",
        "it stopped, exit code 1",
        "see why: docker logs npd-backend",
        0,
        Action("docker start npd-backend", "it is exited", safe=False),
    )
    text = verify_text.render(verdict(Check(1, "containers", "fail", 3, "", (item,)), *HEALTHY[1:]))
    assert text.startswith(
        "Check 1: Containers [FAIL]\n"
        "  - npd-backend: exited, it stopped, exit code 1\n"
        "      observed: exited; expected: running\n"
        "      hint: see why: docker logs npd-backend\n"
        "      next: docker start npd-backend\n"
    )
    assert text.endswith("PRODUCTION HEALTH CHECK FAILED\n")


def test_an_unanswered_stage_and_a_warning_are_marked() -> None:
    unknown = Check(2, "migrations", "unknown", 3, "", (Item("database", "unknown", message="no"),))
    warned = Check(3, "api", "ok", 3, "", (Item("/x", "warn", "404", "2xx", "not found"),))
    text = verify_text.render(verdict(HEALTHY[0], unknown, warned, HEALTHY[3]))
    assert "Check 2: Migrations [UNKNOWN]\n  - database: no\n" in text
    assert "  - /x: warning: 404, not found\n" in text


def test_nothing_in_a_verdict_steers_the_terminal() -> None:
    nasty = Item("a\x1b[31m\r\nb\u202e", "fail", "\x07", "\x9b2J")
    text = verify_text.render(
        verdict(Check(1, "containers", "fail", 0, "", (nasty,)), *HEALTHY[1:])
    )
    assert "  - a\\x1b[31m\\r\\nb\\u202e: \\x07\n" in text
    assert not set("\x1b\r\x07\x9b\u202e") & set(text)


@pytest.mark.parametrize("check", HEALTHY)
def test_colour_adds_nothing_but_colour(check: Check) -> None:
    plain = verify_text.render(verdict(check))
    colored = verify_text.render(verdict(check), color=True)
    assert colored != plain
    assert colored.replace("\x1b[36m", "").replace("\x1b[0m", "") == plain


def test_verbose_lists_everything_with_its_time() -> None:
    text = verify_text.render(verdict(*HEALTHY), verbose=True)
    assert "Check 1: Containers [OK] in 30 ms\n  - npd-db: running\n" in text
    assert "  - /health: 200 in 9 ms\n" in text


def test_json_has_the_promised_fields() -> None:
    document = msgspec.json.decode(verify_json.render(verdict(*HEALTHY)))
    assert list(document) == [
        *("version", "target", "status", "exit_code", "mode", "started_at", "duration_ms"),
        *("commit", "checks", "next_actions", "drift"),
    ]
    assert list(document["checks"][0])[:6] == [
        *("id", "name", "status", "duration_ms", "summary", "items"),
    ]
    assert set(document["checks"][0]["items"][0]) >= {
        *("subject", "status", "observed", "expected", "message", "duration_ms", "hint"),
    }
