from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone

import msgspec
import pytest

from safeguards.checks import Action, Item
from safeguards.errors import UnreachableError
from safeguards.health.restarts import Before, Memory
from safeguards.health.stages.containers import PATIENCE, Seen, judge, observe
from safeguards.runtimes.observe import Advice, Health, Instance
from safeguards.system.clock import FakeClock
from safeguards.system.process import Completed

ADVICE = Advice(
    "docker logs --tail 50 web",
    "docker start web",
    "docker ps --all",
    "docker exec web",
    "docker compose up -d web",
)
NOBODY = Memory(lambda: ("", ()), lambda: datetime.now(timezone.utc))


def web(
    state: str = "running", *, name: str = "web", number: str = "1", **more: object
) -> Instance:
    return msgspec.convert({"name": name, "id": number, "state": state, **more}, Instance)


def one(*samples: Instance, before: Before | None = None, tagged: str = "") -> Item:
    """What is said of one container that was seen so, look by look."""
    last = samples[-1]
    seen = Seen(
        tuple((each,) for each in samples),
        tags={last.image: tagged} if tagged else {},
        before={last.id: before} if before else {},
    )
    (item,) = judge("web", seen, ADVICE)
    if item.status in {"fail", "unknown"}:
        assert item.observed
        assert item.expected
        assert item.next is not None
    return item


def test_running_is_well() -> None:
    item = one(web(restarts=0, uptime=7200.5, age=9000, created_at="1970-01-02T00:00:01Z"))
    assert (item.subject, item.status, item.observed, item.message) == ("web", "ok", "running", "")
    assert item.measures == {
        "running": 1,
        "restarts": 0,
        "created_seconds": 86401,
        "uptime_seconds": 7200.5,
    }


def test_a_name_without_container_fails() -> None:
    (item,) = judge("web", Seen(((),)), ADVICE)
    assert (item.status, item.observed, item.expected) == ("fail", "missing", "running")
    assert item.next == Action("docker ps --all", "web is missing", safe=True)
    assert item.measures == {"running": 0}


@pytest.mark.parametrize(
    ("instance", "message", "command"),
    [
        (web("exited", exit_code=3), "it stopped, exit code 3", "docker start web"),
        (web("exited"), "it stopped, exit code 0", "docker start web"),
        (
            web("exited", exit_code=137, oom_killed=True),
            "it stopped: killed, out of memory",
            "docker start web",
        ),
        (web("exited", exit_code=137), "it stopped, exit code 137", "docker start web"),
        (
            web("restarting", exit_code=1),
            "it starts and dies, again and again, exit code 1",
            "docker logs --tail 50 web",
        ),
        (
            web("restarting", exit_code=137, oom_killed=True, restarts=1),
            "it starts and dies, again and again: killed, out of memory, after 1 restart",
            "docker logs --tail 50 web",
        ),
        (
            web("exited", exit_code=2, restarts=3),
            "it stopped, exit code 2, after 3 restarts",
            "docker start web",
        ),
        (web("paused"), "it is paused", "docker logs --tail 50 web"),
        (web("created"), "it was never started", "docker start web"),
        (web("removing"), "it is being removed", "docker logs --tail 50 web"),
        (
            web("dead", exit_code=1),
            "the engine could not remove it, exit code 1",
            "docker logs --tail 50 web",
        ),
        (web("pending"), "it does not run", "docker logs --tail 50 web"),
    ],
)
def test_what_does_not_run_fails_and_says_why(
    instance: Instance, message: str, command: str
) -> None:
    item = one(instance)
    assert (item.status, item.observed, item.message) == ("fail", instance.state, message)
    assert item.next is not None
    assert item.next.command == command
    assert item.next.safe == command.startswith("docker logs")
    assert item.measures["running"] == 0
    assert "uptime_seconds" not in item.measures


@pytest.mark.parametrize(
    ("health", "status"),
    [("none", "ok"), ("healthy", "ok"), ("unhealthy", "fail"), ("starting", "unknown")],
)
def test_its_own_health_check_counts(health: Health, status: str) -> None:
    assert one(web(health=health)).status == status


def test_a_health_check_that_fails_or_is_silent_says_for_how_long() -> None:
    ill = one(web(health="unhealthy", streak=4, uptime=60))
    assert ill.message == "its own health check fails, 4 times in a row"
    silent = one(web(health="starting", uptime=2.9))
    assert silent.message == "its own health check has not answered yet, 2 s after its start"
    assert silent.hint == "give it time: safeguards verify --wait 60"


def test_each_replica_is_judged_under_its_own_name() -> None:
    replicas = (web(name="shop-web-1"), web("exited", name="shop-web-2", number="2"))
    items = judge("web", Seen((replicas,), expected=2), ADVICE)
    assert [(item.subject, item.status) for item in items] == [
        ("web (shop-web-1)", "ok"),
        ("web (shop-web-2)", "fail"),
    ]


def test_replicas_that_are_not_there_are_missed_once() -> None:
    _, item = judge("web", Seen(((web(name="shop-web-1"),),), expected=3), ADVICE)
    assert (item.subject, item.status, item.observed, item.expected) == (
        "web",
        "fail",
        "1 of 3 running",
        "3 running",
    )
    assert item.hint == "bring them up again: docker compose up -d web"
    (none,) = judge("web", Seen(((),), expected=3), ADVICE)
    assert (none.status, none.observed) == ("fail", "0 of 3 running")
    (wanted,) = judge("web", Seen(((),), expected=0), ADVICE)
    assert (wanted.status, wanted.observed) == ("fail", "scaled to 0")


def test_more_replicas_than_wanted_are_no_fault() -> None:
    replicas = (web(name="shop-web-1"), web(name="shop-web-2", number="2"))
    assert {item.status for item in judge("web", Seen((replicas,), expected=1), ADVICE)} == {"ok"}


def test_what_nothing_can_start_is_looked_at() -> None:
    advice = Advice("shop status", "", "shop status")
    (item,) = judge("web", Seen(((web("exited", exit_code=3),),)), advice)
    assert item.next == Action("shop status", "web is exited", safe=True)


@pytest.mark.parametrize("uptime", [0.0, 0.1, 3.0, 9.9])
def test_youth_alone_is_no_fault(uptime: float) -> None:
    assert one(web(uptime=uptime, age=uptime)).status == "ok"
    assert one(web(uptime=0, age=0), web(uptime=uptime, age=uptime)).status == "ok"


@pytest.mark.parametrize(
    ("samples", "message"),
    [
        (
            (web(restarts=1, uptime=0.5), web(restarts=2, uptime=0.1)),
            "it starts and dies, again and again, the last time 0 s ago",
        ),
        (
            (
                web(uptime=0.5),
                web("restarting", restarts=1, exit_code=3),
                web(restarts=1, uptime=0.1),
            ),
            "it starts and dies, again and again, exit code 3, the last time 0 s ago",
        ),
        (
            (
                web(uptime=0.5),
                web("restarting", restarts=1, exit_code=137, oom_killed=True),
                web(restarts=1, uptime=1.2),
            ),
            "it starts and dies, again and again: killed, out of memory, the last time 1 s ago",
        ),
        ((web(restarts=4, uptime=6.0),), "it died and was started again, the last time 6 s ago"),
        (
            (web(restarts=4, uptime=12.0, age=80.0),),
            "it starts and dies, again and again, the last time 12 s ago",
        ),
    ],
)
def test_what_dies_again_and_again_fails_also_while_it_runs(
    samples: Sequence[Instance], message: str
) -> None:
    item = one(*samples)
    assert (item.status, item.message) == ("fail", message)
    assert item.observed.startswith("running, restarted ")
    assert item.measures["running"] == 1


def test_somebody_who_starts_it_anew_while_it_is_looked_at_is_no_death() -> None:
    assert one(web(restarts=7, uptime=900), web(restarts=0, uptime=0.2)).status == "ok"
    assert one(web(uptime=900), web(number="2", uptime=0.2)).status == "ok"


def test_a_restart_of_long_ago_is_told_and_no_fault() -> None:
    item = one(web(restarts=2, uptime=7300, age=86400))
    assert (item.status, item.message) == ("ok", "restarted 2 times, the last time 2 h ago")


def test_a_restart_since_the_last_verify_is_a_warning() -> None:
    item = one(web(restarts=3, uptime=7300, age=86400), before=Before(2, 40_000))
    assert (item.status, item.observed) == ("warn", "running")
    assert item.message == "restarted once since the last verify, the last time 2 h ago"
    assert item.next == Action("docker logs --tail 50 web", "web was restarted", safe=True)
    quiet = one(web(restarts=3, uptime=7300, age=86400), before=Before(3, 40_000))
    assert quiet.status == "ok"


def test_restarts_since_the_last_verify_prove_a_loop_on_an_old_container() -> None:
    # 15 s of life each; made 30 days ago and started by hand since, so its age proves nothing.
    loop = web(restarts=20, uptime=13, age=30 * 86400)
    assert one(loop).status == "ok"
    assert one(loop, before=Before(16, 75)).status == "fail"
    assert one(loop, before=Before(19, 3600)).status == "warn"


def test_an_image_that_its_name_does_not_stand_for_is_a_warning() -> None:
    runs = web(image="shop:latest", image_id="sha256:old", uptime=60)
    item = one(runs, tagged="sha256:new")
    assert (item.status, item.observed) == ("warn", "running")
    assert item.message == "its image is not what shop:latest stands for now"
    assert item.next is not None
    assert item.next.command == "docker compose up -d web"
    assert item.measures["image_current"] == 0
    same = one(runs, tagged="sha256:old")
    assert (same.status, same.measures["image_current"]) == ("ok", 1)
    unknown = one(runs)
    assert unknown.status == "ok"
    assert "image_current" not in unknown.measures


class Told:
    """A runtime that shows each name's next look; an error is raised, the last one stays."""

    def __init__(self, **looks: Sequence[Instance | UnreachableError]) -> None:
        self._looks = {name: list(each) for name, each in looks.items()}
        self.asked: list[str] = []

    def list(self) -> tuple[str, ...]:
        return tuple(self._looks)

    def inspect(self, name: str) -> tuple[Instance, ...]:
        self.asked.append(name)
        looks = self._looks[name]
        look = looks.pop(0) if len(looks) > 1 else looks[0]
        if isinstance(look, UnreachableError):
            raise look
        return (look,)

    def expected(self, name: str) -> int | None:
        return None

    def tagged(self, image: str) -> str:
        return ""

    def read(self, name: str, path: str) -> Mapping[str, bytes]:
        raise NotImplementedError

    def exec(
        self,
        name: str,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
    ) -> Completed:
        raise NotImplementedError

    def advice(self, name: str, workdir: str = "") -> Advice:
        return ADVICE


def looked(
    runtime: Told, memory: Memory = NOBODY, patience: float = PATIENCE
) -> tuple[list[str], float, int]:
    """The statuses, for how long it was looked at, and how often."""
    clock = FakeClock()
    items = observe(runtime, clock, memory, patience=patience)
    return [item.status for item in items], clock.monotonic(), len(runtime.asked)


OLD = web(uptime=60, age=60)


def test_what_is_up_for_long_is_looked_at_once() -> None:
    assert looked(Told(web=[OLD], db=[OLD])) == (["ok", "ok"], 0, 2)
    assert looked(Told(web=[web(restarts=5, uptime=4000, age=90000)])) == (["ok"], 0, 1)
    assert looked(Told(web=[web()])) == (["ok"], 0, 1)  # a runtime that tells no times


def test_what_is_young_is_looked_at_for_a_while_and_nothing_else_is() -> None:
    statuses, seconds, looks = looked(Told(web=[web(uptime=1, age=1)], db=[OLD]))
    assert (statuses, seconds) == (["ok", "ok"], PATIENCE)
    assert looks == 1 + 1 + PATIENCE / 0.25


def test_who_has_watched_it_already_looks_once() -> None:
    assert looked(Told(web=[web(uptime=1, age=1)]), patience=0) == (["ok"], 0, 1)


def test_all_that_is_young_is_looked_at_side_by_side() -> None:
    names = {f"web{number}": [web(uptime=1, age=1)] for number in range(20)}
    assert looked(Told(**names))[1] == PATIENCE


def test_a_young_one_that_dies_is_caught_and_nobody_waits_any_longer() -> None:
    dies = [web(uptime=1), web(uptime=1.2), web("restarting", restarts=1, exit_code=1)]
    assert looked(Told(web=dies)) == (["fail"], 0.5, 3)


def test_a_death_between_two_looks_is_watched_for_its_exit_code() -> None:
    dies = [web(uptime=1, restarts=1), web(uptime=0, restarts=2), web("restarting", exit_code=3)]
    runtime = Told(web=dies)
    (item,) = observe(runtime, FakeClock(), NOBODY)
    assert (item.status, "exit code 3" in item.message) == ("fail", True)


@pytest.mark.parametrize("state", ["exited", "restarting", "paused", "dead"])
def test_what_does_not_run_is_not_waited_for(state: str) -> None:
    assert looked(Told(web=[web(state, age=1)])) == (["fail"], 0, 1)


def test_what_is_about_to_be_started_is_waited_for() -> None:
    assert looked(Told(web=[web("created", age=0.1), OLD]))[:2] == (["ok"], 0.25)
    assert looked(Told(web=[web("created", age=1)]))[:2] == (["fail"], PATIENCE)
    assert looked(Told(web=[web("created", age=60)]))[:2] == (["fail"], 0)


def test_a_young_one_may_become_healthy_and_is_not_passed_before() -> None:
    starting = web(uptime=1, health="starting")
    assert looked(Told(web=[starting, starting, web(uptime=11, health="healthy")]))[0] == ["ok"]
    assert looked(Told(web=[starting]))[0] == ["unknown"]


def test_restarts_since_the_last_verify_are_looked_at_for_a_while() -> None:
    made = "2026-01-01T00:00:00.5Z"
    runs = web(restarts=5, uptime=4000, age=90000, created_at=made)
    was = Item("web", "ok", measures={"restarts": 4, "created_seconds": 1767225600.5})
    for past, seconds in (
        (was, PATIENCE),
        (msgspec.structs.replace(was, measures={**was.measures, "restarts": 5}), 0),
        (msgspec.structs.replace(was, measures={**was.measures, "created_seconds": 5.0}), 0),
        (Item("web", "ok"), 0),
    ):
        memory = memory_of(lambda past=past: ("2026-01-01T00:00:00Z", (past,)))  # type: ignore[misc]
        assert looked(Told(web=[runs]), memory)[1] == seconds


def test_the_past_is_not_asked_for_while_nothing_was_restarted() -> None:
    def unasked() -> tuple[str, tuple[Item, ...]]:
        raise AssertionError("nobody needs it")

    assert looked(Told(web=[OLD], db=[web(uptime=1)]), memory_of(unasked))[0] == ["ok", "ok"]


def test_what_cannot_be_asked_is_unknown_and_hides_nothing_else() -> None:
    gone = UnreachableError("no answer", hint="look")
    runtime = Told(web=[web(uptime=1), gone], db=[web("exited")], cache=[OLD])
    items = observe(runtime, FakeClock(), NOBODY)
    assert [item.status for item in items] == ["unknown", "fail", "ok"]
    assert items[0].next == Action("docker ps --all", "see whether web runs", safe=True)


def memory_of(last: Callable[[], tuple[str, tuple[Item, ...]]]) -> Memory:
    return Memory(last, lambda: datetime(2026, 1, 2, tzinfo=timezone.utc))
