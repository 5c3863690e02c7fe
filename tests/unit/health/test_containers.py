from __future__ import annotations

import pytest

from safeguards.checks import Action
from safeguards.health.stages.containers import judge
from safeguards.runtimes.observe import Advice, Health, Instance

ADVICE = Advice(
    "docker logs --tail 50 web", "docker start web", "docker ps --all", "docker exec web"
)


def test_running_is_well() -> None:
    (item,) = judge("web", (Instance("web", "1", "running"),), ADVICE)
    assert (item.subject, item.status, item.observed) == ("web", "ok", "running")


def test_a_name_without_container_fails() -> None:
    (item,) = judge("web", (), ADVICE)
    assert (item.status, item.observed, item.expected) == ("fail", "missing", "running")
    assert item.next == Action("docker ps --all", "web is missing", safe=True)


@pytest.mark.parametrize(
    ("instance", "message", "command"),
    [
        (
            Instance("web", "1", "exited", exit_code=3),
            "it stopped, exit code 3",
            "docker start web",
        ),
        (
            Instance("web", "1", "exited", exit_code=137, oom_killed=True),
            "it stopped: killed, out of memory",
            "docker start web",
        ),
        (
            Instance("web", "1", "restarting", exit_code=1),
            "it starts and dies, again and again, exit code 1",
            "docker logs --tail 50 web",
        ),
        (Instance("web", "1", "paused"), "it is paused", "docker logs --tail 50 web"),
        (Instance("web", "1", "created"), "it was never started", "docker start web"),
    ],
)
def test_what_does_not_run_fails_and_says_why(
    instance: Instance, message: str, command: str
) -> None:
    (item,) = judge("web", (instance,), ADVICE)
    assert (item.status, item.observed, item.message) == ("fail", instance.state, message)
    assert item.next is not None
    assert item.next.command == command
    assert item.next.safe == command.startswith("docker logs")


@pytest.mark.parametrize(
    ("health", "status"),
    [("none", "ok"), ("healthy", "ok"), ("unhealthy", "fail"), ("starting", "unknown")],
)
def test_its_own_health_check_counts(health: Health, status: str) -> None:
    (item,) = judge("web", (Instance("web", "1", "running", health=health),), ADVICE)
    assert item.status == status


def test_each_replica_is_judged_under_its_own_name() -> None:
    replicas = (Instance("shop-web-1", "1", "running"), Instance("shop-web-2", "2", "exited"))
    items = judge("web", replicas, ADVICE)
    assert [(item.subject, item.status) for item in items] == [
        ("web (shop-web-1)", "ok"),
        ("web (shop-web-2)", "fail"),
    ]


def test_what_nothing_can_start_is_looked_at() -> None:
    advice = Advice("shop status", "", "shop status")
    (item,) = judge("web", (Instance("web", "1", "exited", exit_code=3),), advice)
    assert item.next == Action("shop status", "web is exited", safe=True)
