from __future__ import annotations

import threading
from collections.abc import Mapping

import pytest

from safeguards.checks import Action, Check, Item, StageName, Verdict
from safeguards.errors import ConfigError, UnreachableError
from safeguards.health.poll import Again, until_pass
from safeguards.health.run import Findings, Plan, Stage, Witness, run
from safeguards.system.clock import FakeClock, SystemClock


def again(name: str) -> Action:
    command = f"safeguards verify --target production --only {name} -v"
    return Action(command, f"look at the {name} again", safe=True)


def fine() -> Findings:
    return (Item("x", "ok"),), "all of it"


def wrong() -> Findings:
    return (Item("x", "fail"),), ""


def verdict_of(seconds: float = 5, **stages: Stage | str) -> tuple[Verdict, list[Check], list[str]]:
    told: list[Check] = []
    bugs: list[str] = []

    def crashed(error: Exception) -> str:
        bugs.append(type(error).__name__)
        return "see the log"

    given: Mapping[StageName, Stage | str] = {
        "containers": fine,
        "migrations": fine,
        "api": fine,
        "records": fine,
        **stages,  # type: ignore[typeddict-item]  # names of stages
    }
    plan = Plan("production", "full", given, seconds, "abc")
    return run(plan, SystemClock(), Witness(told.append, crashed)), told, bugs


def test_a_healthy_production_passes() -> None:
    verdict, told, _ = verdict_of()
    assert (verdict.status, verdict.exit_code, verdict.commit) == ("pass", 0, "abc")
    assert [check.id for check in verdict.checks] == [1, 2, 3, 4]
    assert verdict.checks[0].summary == "all of it"
    assert len(told) == 4


def test_a_skipped_stage_says_why_and_counts_for_nothing() -> None:
    verdict, told, _ = verdict_of(api="quick")
    assert (verdict.checks[2].status, verdict.checks[2].summary) == ("skipped", "quick")
    assert (verdict.exit_code, len(told)) == (0, 3)


def test_a_stage_that_crashes_is_unknown_and_stops_no_other() -> None:
    def crash() -> Findings:
        raise KeyError("boom")

    verdict, _, bugs = verdict_of(containers=crash, records=wrong)
    assert verdict.exit_code == 99
    assert [check.status for check in verdict.checks] == ["unknown", "ok", "ok", "fail"]
    (item,) = verdict.checks[0].items
    assert item.message == "a bug in safeguards: KeyError: 'boom'"
    assert (item.expected, item.next) == ("an answer", again("containers"))
    assert (item.hint, bugs) == ("see the log", ["KeyError"])


def test_a_stage_that_hangs_is_unknown_and_stops_no_other() -> None:
    release = threading.Event()

    def hang() -> Findings:
        release.wait(10)
        return fine()

    verdict, _, bugs = verdict_of(seconds=0.1, migrations=hang)
    release.set()
    assert verdict.exit_code == 2
    assert verdict.checks[1].items[0].message == "no answer within 0.1 s"
    assert verdict.checks[1].items[0].next == again("migrations")
    assert bugs == []


def test_what_cannot_be_reached_is_unknown_with_its_hint() -> None:
    def away() -> Findings:
        raise UnreachableError("no database", hint="start it")

    verdict, _, _ = verdict_of(records=away)
    assert verdict.exit_code == 4
    assert verdict.checks[3].status == "unknown"
    assert (verdict.checks[3].items[0].message, verdict.checks[3].items[0].hint) == (
        "no database",
        "start it",
    )


def test_a_wrong_configuration_is_no_verdict() -> None:
    def misconfigured() -> Findings:
        raise ConfigError("database.url is no URL")

    with pytest.raises(ConfigError):
        verdict_of(records=misconfigured)


def test_nothing_is_missing_of_what_failed_whatever_the_stage_says() -> None:
    def bare() -> Findings:
        return (Item("x", "fail"), Item("y", "unknown"), Item("z", "warn"), Item("w", "ok")), ""

    verdict, _, _ = verdict_of(api=bare)
    failed, unknown, warned, fine = verdict.checks[2].items
    for item in (failed, unknown):
        assert (item.observed, item.next) == ("nothing", again("api"))
        assert item.expected
    assert (warned, fine) == (Item("z", "warn"), Item("w", "ok"))
    assert verdict.next_actions == (again("api"),)


def test_what_a_stage_says_itself_stays() -> None:
    advice = Action("look", "why", safe=True)
    told = Item("x", "fail", "seen", "wanted", next=advice)
    verdict, _, _ = verdict_of(records=lambda: ((told,), ""))
    assert verdict.checks[3].items == (told,)


def attempt_after(
    clock: FakeClock,
    failures: int,
    *,
    cost: float = 0.0,
    seconds: float = 3,
    retries: int | None = None,
    told: list[Again] | None = None,
) -> list[Verdict]:
    verdict, _, _ = verdict_of()
    failed, _, _ = verdict_of(api=wrong)
    results = [failed] * failures + [verdict]
    made: list[Verdict] = []

    def attempt() -> Verdict:
        clock.sleep(cost)
        made.append(results[len(made)])
        return made[-1]

    heard: list[Again] = [] if told is None else told
    until_pass(attempt, clock, seconds=seconds, retried=heard.append, retries=retries)
    return made


def test_waiting_ends_with_the_first_pass() -> None:
    assert [verdict.exit_code for verdict in attempt_after(FakeClock(), 2)] == [3, 3, 0]


def test_waiting_ends_with_the_time_and_the_last_attempt_counts() -> None:
    clock = FakeClock()
    made = attempt_after(clock, 10)
    assert [verdict.exit_code for verdict in made] == [3, 3, 3, 3]
    assert clock.monotonic() == pytest.approx(3)


def test_a_slow_attempt_is_not_followed_by_another_after_the_time() -> None:
    assert len(attempt_after(FakeClock(), 10, cost=5)) == 1


def test_retries_are_counted_and_pauses_double() -> None:
    clock = FakeClock()
    told: list[Again] = []
    made = attempt_after(clock, 10, seconds=0, retries=6, told=told)
    assert [verdict.exit_code for verdict in made] == [3] * 7
    assert [each.pause for each in told] == [1, 2, 4, 8, 15, 15]
    assert [each.attempts for each in told] == [1, 2, 3, 4, 5, 6]
    assert clock.monotonic() == 45


def test_retries_end_with_the_first_pass_and_0_are_none() -> None:
    assert len(attempt_after(FakeClock(), 1, seconds=0, retries=5)) == 2
    assert len(attempt_after(FakeClock(), 10, seconds=0, retries=0)) == 1


def test_retries_and_a_time_both_limit() -> None:
    clock = FakeClock()
    assert len(attempt_after(clock, 10, seconds=5, retries=9)) == 4
    assert clock.monotonic() == 5
    assert len(attempt_after(FakeClock(), 10, seconds=60, retries=2)) == 3
