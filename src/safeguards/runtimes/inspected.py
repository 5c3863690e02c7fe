"""The engine's answer about a container, read into our terms."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timezone
from typing import Any

from safeguards.runtimes.observe import Address, Health, Instance

PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
SWARM_SERVICE = "com.docker.swarm.service.name"

_HEALTH: Mapping[str, Health] = {
    "healthy": "healthy",
    "unhealthy": "unhealthy",
    "starting": "starting",
}

_MOMENT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d)?", re.ASCII)
_NEVER = datetime(1970, 1, 2, tzinfo=timezone.utc)


def to_instance(raw: Mapping[str, Any]) -> Instance:
    """One `GET /containers/{id}/json` as an `Instance`; what is missing gets its default."""
    state = raw.get("State") or {}
    config = raw.get("Config") or {}
    labels = config.get("Labels") or {}
    checked = state.get("Health") or {}
    seen, created = raw.get("Seen"), str(raw.get("Created") or "")
    started = str(state.get("StartedAt") or "")
    return Instance(
        name=str(raw.get("Name", "")).lstrip("/"),
        id=str(raw.get("Id", "")),
        state=str(state.get("Status", "unknown")),
        health=_HEALTH.get(checked.get("Status", "none"), "none"),
        exit_code=int(state.get("ExitCode") or 0),
        oom_killed=bool(state.get("OOMKilled")),
        restarts=int(raw.get("RestartCount") or 0),
        started_at=started,
        created_at=created,
        age=since(created, seen),
        uptime=since(started, seen) if state.get("Status") == "running" else None,
        pause=since(str(state.get("FinishedAt") or ""), epoch(started)),
        streak=int(checked.get("FailingStreak") or 0),
        image=str(config.get("Image") or ""),
        image_id=str(raw.get("Image") or ""),
        service=labels.get(SERVICE) or labels.get(SWARM_SERVICE) or "",
        workdir=str(config.get("WorkingDir") or ""),
        env=_environment(config.get("Env") or ()),
        labels=labels,
        addresses=tuple(_addresses(raw)),
    )


def epoch(moment: str) -> float | None:
    """A time that an engine tells in seconds since 1970; None for one that is none."""
    found = _MOMENT.fullmatch(moment)
    if found is None:
        return None
    try:
        whole = datetime.fromisoformat(found[1] + (found[3] or "Z").replace("Z", "+00:00"))
    except ValueError:
        return None
    return whole.timestamp() + float(f"0{found[2] or ''}") if whole > _NEVER else None


def since(moment: str, seen: float | None) -> float | None:
    """Seconds from a time that an engine tells until `seen`; never less than none."""
    then = epoch(moment)
    return None if then is None or seen is None else max(seen - then, 0.0)


def _addresses(raw: Mapping[str, Any]) -> Iterator[Address]:
    """Those with a gateway: nobody else is in a network without one."""
    networks = (raw.get("NetworkSettings") or {}).get("Networks") or {}
    for name in sorted(networks):
        network = networks[name] or {}
        for keys in (("IPAddress", "Gateway"), ("GlobalIPv6Address", "IPv6Gateway")):
            ip, gateway = (str(network.get(key) or "") for key in keys)
            if ip and gateway:
                yield Address(ip, gateway)


def _environment(lines: list[str] | tuple[str, ...]) -> Mapping[str, str]:
    pairs = (line.partition("=") for line in lines)
    return {name: value for name, _, value in pairs}
