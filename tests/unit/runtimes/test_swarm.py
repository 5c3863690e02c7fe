"""What a manager knows of tasks, also of those that run on other nodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from safeguards.errors import RefusedError, UnreachableError
from safeguards.runtimes.inspected import epoch
from safeguards.runtimes.swarm import SwarmRuntime

IMAGE = "shop:1"
NOW = "2026-01-02T00:01:00Z"
HERE, THERE = "node-a", "node-b"


class Manager:
    """A swarm of two nodes, asked at the first: it has the containers of its own tasks alone."""

    def __init__(
        self, *tasks: Mapping[str, Any], mode: Mapping[str, Any] | None = None, refuses: str = ""
    ) -> None:
        self._tasks = tasks
        self._mode = mode or {"Replicated": {"Replicas": 2}}
        self._refuses = refuses
        self.seen = epoch(NOW) or 0.0

    def service(self, name: str) -> Mapping[str, Any] | None:
        if self._refuses:
            raise RefusedError(self._refuses)
        spec = {"Name": "shop_web", "Mode": self._mode}
        return {"ID": "s", "Spec": spec} if name == "shop_web" else None

    def tasks(self, service: str) -> tuple[Mapping[str, Any], ...]:
        return self._tasks

    def node(self) -> str:
        return HERE

    def named(self, pattern: str) -> tuple[Mapping[str, Any], ...]:
        return ()

    def inspect(self, name: str) -> Mapping[str, Any] | None:
        for task in self._tasks:
            if task["NodeID"] == HERE and name == f"c-{task['ID']}":
                state = task["Status"]["State"]
                ended = state in {"failed", "complete"}
                return {
                    "Id": name,
                    "Name": f"/shop_web.{task['Slot']}.{task['ID']}",
                    "Created": task["CreatedAt"],
                    "Seen": self.seen,
                    "State": {
                        "Status": "exited" if ended else "running",
                        "StartedAt": task["CreatedAt"],
                        "ExitCode": 3 if ended else 0,
                    },
                }
        return None


def task(
    name: str, slot: int, node: str, state: str, at: int = 0, wanted: str = "", image: str = IMAGE
) -> Mapping[str, Any]:
    ended = state in {"failed", "rejected", "complete", "shutdown"}
    started = f"2026-01-02T00:00:{at:02}Z"
    return {
        "ID": name,
        "Slot": slot,
        "NodeID": node,
        "CreatedAt": started,
        "DesiredState": wanted or ("shutdown" if ended else "running"),
        "Spec": {"ContainerSpec": {"Image": image}},
        "Status": {
            "State": state,
            "Timestamp": started,
            "ContainerStatus": {"ContainerID": f"c-{name}", "ExitCode": 3 if ended else 0},
        },
    }


def runtime(manager: Manager) -> SwarmRuntime:
    return SwarmRuntime(manager, ["web"], "shop")  # type: ignore[arg-type]  # what it asks for


def seen(manager: Manager) -> list[tuple[str, str, int]]:
    """The state of each instance, the node that it is on when that is another, its restarts."""
    return [(each.state, each.node, each.restarts) for each in runtime(manager).inspect("web")]


def test_tasks_on_another_node_count_and_come_last() -> None:
    manager = Manager(task("t1", 1, THERE, "running", 10), task("t2", 2, HERE, "running", 20))
    made = runtime(manager)
    here, there = made.inspect("web")
    assert (here.id, here.node, here.uptime) == ("c-t2", "", 40)
    assert (there.id, there.node, there.uptime) == ("t1", THERE, 50)
    assert (there.name, there.image) == ("shop_web.1.t1", IMAGE)
    assert made.expected("web") == 2
    with pytest.raises(UnreachableError, match="no container web"):
        runtime(Manager(task("t1", 1, THERE, "running"))).exec("web", ["true"], timeout=1)


def test_one_of_two_that_ended_is_shown_with_its_exit_code() -> None:
    manager = Manager(
        task("t1", 1, THERE, "running"),
        task("t2", 2, HERE, "ready", 50, wanted="ready"),
        task("t0", 2, HERE, "failed", 10),
    )
    assert seen(manager) == [("exited", "", 1), ("running", THERE, 0)]
    assert runtime(manager).inspect("web")[0].exit_code == 3


def test_what_ended_elsewhere_tells_its_exit_code_as_well() -> None:
    manager = Manager(
        task("t2", 2, THERE, "ready", 50, wanted="ready"), task("t0", 2, THERE, "failed", 10)
    )
    (instance,) = runtime(manager).inspect("web")
    assert (instance.state, instance.exit_code, instance.uptime) == ("exited", 3, None)


def test_only_tasks_that_ended_by_themselves_one_after_the_other_are_restarts() -> None:
    manager = Manager(
        task("t9", 1, HERE, "running", 50),
        task("t8", 1, HERE, "failed", 40),
        task("t7", 1, HERE, "complete", 30),
        task("t6", 1, HERE, "shutdown", 20),  # somebody updated the service
        task("t5", 1, HERE, "failed", 10),
        task("t4", 2, HERE, "running", 50),
        task("t3", 2, HERE, "failed", 40, image="shop:0"),
    )
    assert seen(manager) == [("running", "", 2), ("running", "", 0)]
    first = runtime(manager).inspect("web")[0]
    assert (first.age, first.uptime) == (30, 10)


def test_what_comes_up_is_left_out_while_enough_is_up() -> None:
    new = task("t3", 3, THERE, "starting", 55)
    two = task("t1", 1, HERE, "running"), task("t2", 2, THERE, "running")
    assert [state for state, *_ in seen(Manager(*two, new))] == ["running", "running"]
    assert [state for state, *_ in seen(Manager(two[0], new))] == ["running", "starting"]


def test_a_global_service_wants_as_many_as_it_has() -> None:
    made = runtime(Manager(task("t1", 0, HERE, "running"), mode={"Global": {}}))
    assert len(made.inspect("web")) == made.expected("web") == 1


def test_what_is_no_service_has_nothing() -> None:
    made = runtime(Manager())
    assert made.inspect("other") == ()
    assert made.expected("other") is None
    assert made.inspect("web") == ()
    assert made.expected("web") == 2


def test_an_engine_that_manages_no_swarm_cannot_tell() -> None:
    with pytest.raises(UnreachableError, match="no swarm manager") as caught:
        runtime(Manager(refuses="this is no swarm manager")).inspect("web")
    assert "docker node ls" in caught.value.hint
