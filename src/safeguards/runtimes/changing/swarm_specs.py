"""What Swarm is told about a service: the next version of it, and an instance beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from safeguards.runtimes.change import ROLE, RUN

STACK = "com.docker.stack.namespace"
STACK_IMAGE = "com.docker.stack.image"
"""Labels of a stack's services; the second is the image's name in the stack's file."""

MONITOR = 5.0
"""Seconds that Swarm watches a new task for a failure, where the service does not say."""

NAME_LENGTH = 63
_OURS = re.compile(r"(?P<repository>.+):safeguards-(?:[0-9a-f]{12}|previous)(?:-(?P<own>.+))?")
_NANO = 10**9


def image_name(spec: Mapping[str, Any]) -> str:
    """The name of the image that a service, or a task, starts from, without its digest."""
    template = spec.get("TaskTemplate") or spec
    return str(template["ContainerSpec"]["Image"]).partition("@")[0]


def started_by(spec: Mapping[str, Any]) -> str:
    """The name that production was started by before we gave it names of our own: that in the
    stack's file, else what is left of it in ours.
    """
    own = str((spec.get("Labels") or {}).get(STACK_IMAGE, "")).partition("@")[0]
    name = own or image_name(spec)
    ours = _OURS.fullmatch(name)
    return f"{ours['repository']}:{ours['own'] or 'latest'}" if ours else name


def replicas(spec: Mapping[str, Any]) -> int | None:
    """How many tasks the service should have; None when that is one on each node."""
    mode = spec.get("Mode") or {}
    if "Global" in mode:
        return None
    return int((mode.get("Replicated") or {}).get("Replicas", 1))


def seconds(duration: object) -> float:
    """A duration of the engine, which counts in nanoseconds."""
    return int(duration or 0) / _NANO if isinstance(duration, int) else 0.0


def order_of(spec: Mapping[str, Any]) -> str:
    """Which task is there first, the new or the old one: a port of the node takes only one."""
    published = (spec.get("EndpointSpec") or {}).get("Ports") or ()
    alone = any(each.get("PublishMode") == "host" for each in published)
    return "stop-first" if alone else "start-first"


def updated(spec: Mapping[str, Any], image: str, *, force: bool = False) -> Mapping[str, Any]:
    """The service with another image: each new task is healthy before an old one ends, where
    both can be there at once, and a failure brings the old image back. All else stays as it is,
    its parallelism too.
    """
    template = dict(spec["TaskTemplate"])
    template["ContainerSpec"] = template["ContainerSpec"] | {"Image": image}
    if force:
        template["ForceUpdate"] = int(template.get("ForceUpdate") or 0) + 1
    own = spec.get("UpdateConfig") or {}
    back = spec.get("RollbackConfig") or {}
    order = order_of(spec)
    update = {"Parallelism": 1, **own, "Order": order, "FailureAction": "rollback"}
    update["Monitor"] = own.get("Monitor") or int(MONITOR * _NANO)
    rollback = {"Parallelism": 1, **back, "Order": order}
    rollback["Monitor"] = back.get("Monitor") or update["Monitor"]
    return {
        **spec,
        "TaskTemplate": template,
        "UpdateConfig": update,
        "RollbackConfig": rollback,
    }


def beside(
    spec: Mapping[str, Any],
    *,
    image: str,
    node: str,
    labels: Mapping[str, str],
    command: Sequence[str] = (),
) -> Mapping[str, Any]:
    """One task of another image with all that the service's own tasks have, but no traffic: no
    ports, no alias under which others find the service, no part in its stack.

    It runs on this node, which has the image, once, with these labels alone. `command` is run
    instead of the service.
    """
    template = dict(spec["TaskTemplate"])
    container = template["ContainerSpec"] | {"Image": image, "Labels": dict(labels)}
    if command:
        container |= {"Command": list(command), "Args": [], "StopGracePeriod": 0}
        container["Healthcheck"] = {"Test": ["NONE"]}
    placement = template.get("Placement") or {}
    constraints = [*(placement.get("Constraints") or ()), f"node.id=={node}"]
    template |= {
        "ContainerSpec": container,
        "RestartPolicy": {"Condition": "none"},
        "Placement": {**placement, "Constraints": constraints},
        "Networks": [
            {key: value for key, value in network.items() if key != "Aliases"}
            for network in template.get("Networks") or spec.get("Networks") or ()
        ],
    }
    run = re.sub(r"[^A-Za-z0-9]+", "", labels[RUN])[-12:]
    name = f"-safeguards-{labels[ROLE]}-{run}"
    return {
        "Name": spec["Name"][: NAME_LENGTH - len(name)] + name,
        "Labels": dict(labels),
        "TaskTemplate": template,
        "Mode": {"Replicated": {"Replicas": 1}},
        "EndpointSpec": {"Mode": "dnsrr"},
    }


def ports(service: Mapping[str, Any]) -> Mapping[int, int]:
    """Where the service is published, and the port of its tasks that answers there."""
    found = (service.get("Endpoint") or {}).get("Ports") or ()
    return {
        int(each["PublishedPort"]): int(each["TargetPort"])
        for each in found
        if each.get("PublishedPort") and each.get("Protocol", "tcp") == "tcp"
    }
