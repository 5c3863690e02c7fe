from __future__ import annotations

from typing import Any

import pytest

from safeguards.runtimes.change import ROLE, RUN, TARGET
from safeguards.runtimes.changing.swarm_rollout import (
    due,
    newest_failure,
    patience,
    progress,
    reason_of,
)
from safeguards.runtimes.changing.swarm_specs import (
    STACK,
    STACK_IMAGE,
    beside,
    image_name,
    started_by,
    updated,
)

SECOND = 10**9
SPEC: dict[str, Any] = {
    "Name": "shop_api",
    "Labels": {STACK: "shop", STACK_IMAGE: "index.example:5000/api:live"},
    "TaskTemplate": {
        "ContainerSpec": {"Image": "index.example:5000/api:live@sha256:aa", "Env": ["A=1"]},
        "Networks": [{"Target": "n1", "Aliases": ["api"]}],
        "Placement": {"Constraints": ["node.role==manager"]},
    },
    "Mode": {"Replicated": {"Replicas": 3}},
    "EndpointSpec": {"Ports": [{"TargetPort": 80, "PublishedPort": 8000}]},
    "UpdateConfig": {"Parallelism": 2, "Monitor": 9 * SECOND, "FailureAction": "pause"},
}
NEW, OLD = "api:new", "api:old"


def service(image: str, state: str = "") -> dict[str, Any]:
    spec = updated(SPEC, image)
    return {"Spec": spec, "UpdateStatus": {"State": state} if state else None}


def task(image: str, state: str = "running", desired: str = "running", **more: Any) -> Any:
    spec = {"ContainerSpec": {"Image": image}}
    return {
        "Spec": spec,
        "DesiredState": desired,
        "Status": {"State": state, **more},
        "NodeID": "n",
    }


def test_an_update_changes_the_image_and_how_it_is_brought_in_and_nothing_else() -> None:
    found = updated(SPEC, NEW)
    assert image_name(found) == NEW
    assert found["UpdateConfig"] == {
        "Parallelism": 2,
        "Monitor": 9 * SECOND,
        "Order": "start-first",
        "FailureAction": "rollback",
    }
    assert found["RollbackConfig"] == {
        "Parallelism": 1,
        "Order": "start-first",
        "Monitor": 9 * SECOND,
    }
    for config in ("UpdateConfig", "RollbackConfig"):
        del found[config]  # type: ignore[attr-defined]
    rest = {name: value for name, value in SPEC.items() if name != "UpdateConfig"}
    container = {**SPEC["TaskTemplate"]["ContainerSpec"], "Image": NEW}
    rest["TaskTemplate"] = {**SPEC["TaskTemplate"], "ContainerSpec": container}
    assert found == rest


def test_where_a_port_of_the_node_takes_one_task_the_old_one_ends_first() -> None:
    ports = [{"TargetPort": 80, "PublishedPort": 8000, "PublishMode": "host"}]
    found = updated({**SPEC, "EndpointSpec": {"Ports": ports}}, NEW)
    assert {found[each]["Order"] for each in ("UpdateConfig", "RollbackConfig")} == {"stop-first"}


def test_what_the_service_does_not_say_is_one_at_a_time_watched_for_five_seconds() -> None:
    bare = {name: value for name, value in SPEC.items() if name != "UpdateConfig"}
    config = updated(bare, NEW)["UpdateConfig"]
    assert (config["Parallelism"], config["Monitor"]) == (1, 5 * SECOND)


def test_the_same_image_is_brought_in_again_by_force() -> None:
    once = updated(SPEC, NEW, force=True)
    assert once["TaskTemplate"]["ForceUpdate"] == 1
    assert updated(once, NEW, force=True)["TaskTemplate"]["ForceUpdate"] == 2


def test_a_place_has_no_traffic_and_no_part_in_the_stack() -> None:
    labels = {ROLE: "trial", RUN: "run-1", TARGET: "production"}
    found = beside(SPEC, image=NEW, node="n1", labels=labels)
    assert found["Name"] == "shop_api-safeguards-trial-run1"
    assert found["Labels"] == labels
    assert found["EndpointSpec"] == {"Mode": "dnsrr"}
    template = found["TaskTemplate"]
    assert template["Networks"] == [{"Target": "n1"}]
    assert template["Placement"]["Constraints"] == ["node.role==manager", "node.id==n1"]
    assert template["RestartPolicy"] == {"Condition": "none"}
    assert template["ContainerSpec"]["Env"] == ["A=1"]
    long = beside({**SPEC, "Name": "s" * 80}, image=NEW, node="n1", labels=labels)
    assert len(long["Name"]) == 63
    assert long["Name"].endswith("-safeguards-trial-run1")


@pytest.mark.parametrize(
    ("label", "image", "wanted"),
    [
        ("api:live", "api:safeguards-0123456789ab-live", "api:live"),
        ("", "api:safeguards-0123456789ab-live", "api:live"),
        ("", "api:safeguards-0123456789ab", "api:latest"),
        ("", "index.example:5000/api@sha256:aa", "index.example:5000/api"),
        ("api:live@sha256:aa", "x", "api:live"),
    ],
)
def test_the_name_that_production_was_started_by(label: str, image: str, wanted: str) -> None:
    spec = {"Labels": {STACK_IMAGE: label}, "TaskTemplate": {"ContainerSpec": {"Image": image}}}
    assert started_by(spec) == wanted


@pytest.mark.parametrize(
    ("image", "state", "tasks", "asked", "stage"),
    [
        (OLD, "", [task(OLD)] * 3, False, "wanted"),
        (OLD, "rollback_completed", [task(OLD)] * 3, False, "wanted"),
        (OLD, "rollback_started", [task(OLD)] * 3, True, "rolling back"),
        (OLD, "rollback_completed", [task(OLD)] * 3, True, "refused"),
        (NEW, "paused", [task(NEW), task(OLD)], True, "refused"),
        (NEW, "paused", [task(NEW), task(OLD)], False, "wanted"),
        (NEW, "updating", [task(NEW)] * 3, True, "going"),
        (NEW, "", [task(OLD)] * 3, True, "going"),
        (NEW, "completed", [task(NEW)] * 3, False, "done"),
        (NEW, "rollback_completed", [task(NEW)] * 3, False, "done"),
        (NEW, "completed", [task(NEW, "starting"), task(NEW), task(NEW)], True, "going"),
        (NEW, "completed", [*[task(NEW)] * 3, task(OLD, desired="shutdown")], True, "going"),
        (NEW, "completed", [*[task(NEW)] * 3, task(OLD, "shutdown", "shutdown")], True, "done"),
    ],
)
def test_where_an_update_stands(
    image: str, state: str, tasks: list[Any], asked: bool, stage: str
) -> None:
    assert progress(service(image, state), tasks, NEW, asked=asked, node="n").stage == stage


def test_a_node_that_is_lost_is_not_waited_for() -> None:
    tasks = [*[task(NEW)] * 3, task(OLD, desired="shutdown")]
    assert progress(service(NEW, "completed"), tasks, NEW, asked=True, node="m").stage == "done"


def test_the_newest_failure_of_the_image_says_why() -> None:
    first = task(NEW, "failed", "shutdown", Timestamp="1", Err="non-zero exit (1)")
    last = task(NEW, "complete", "shutdown", Timestamp="2")
    other = task(OLD, "failed", "shutdown", Timestamp="3")
    assert newest_failure([first, last, other], NEW) is last
    assert newest_failure([other], NEW) is None
    assert reason_of(first) == "non-zero exit (1)"
    assert reason_of(last, {"State": {"ExitCode": 0}}) == "it ended by itself with exit code 0"
    logs = [{"ExitCode": 1, "Output": "x\nHTTP 500\n"}] * 3 + [{"ExitCode": 1, "Output": "refused"}]
    health = {"Status": "unhealthy", "FailingStreak": 4, "Log": logs}
    assert reason_of(last, {"State": {"Health": health}}) == "its health check failed: HTTP 500"
    ended = {"Status": "unhealthy", "FailingStreak": 0, "Log": []}
    assert reason_of(first, {"State": {"Health": ended}}) == "non-zero exit (1)"


def test_patience_counts_batches() -> None:
    assert patience(updated(SPEC, NEW), 60) == 2 * (60 + 10) + 9


def test_a_task_that_waits_for_an_old_one_to_end_is_due() -> None:
    found = [task(NEW, "preparing", "ready"), task(OLD, "running", "shutdown"), task(NEW)]
    assert due(found) == [found[0], found[2]]
