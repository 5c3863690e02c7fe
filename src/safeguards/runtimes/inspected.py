"""The engine's answer about a container, read into our terms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from safeguards.runtimes.observe import Health, Instance

PROJECT = "com.docker.compose.project"
SERVICE = "com.docker.compose.service"
SWARM_SERVICE = "com.docker.swarm.service.name"

_HEALTH: Mapping[str, Health] = {
    "healthy": "healthy",
    "unhealthy": "unhealthy",
    "starting": "starting",
}


def to_instance(raw: Mapping[str, Any]) -> Instance:
    """One `GET /containers/{id}/json` as an `Instance`; what is missing gets its default."""
    state = raw.get("State") or {}
    config = raw.get("Config") or {}
    labels = config.get("Labels") or {}
    health = (state.get("Health") or {}).get("Status", "none")
    return Instance(
        name=str(raw.get("Name", "")).lstrip("/"),
        id=str(raw.get("Id", "")),
        state=str(state.get("Status", "unknown")),
        health=_HEALTH.get(health, "none"),
        exit_code=int(state.get("ExitCode") or 0),
        oom_killed=bool(state.get("OOMKilled")),
        restarts=int(raw.get("RestartCount") or 0),
        started_at=str(state.get("StartedAt") or ""),
        image=str(config.get("Image") or ""),
        image_id=str(raw.get("Image") or ""),
        service=labels.get(SERVICE) or labels.get(SWARM_SERVICE) or "",
        workdir=str(config.get("WorkingDir") or ""),
        env=_environment(config.get("Env") or ()),
        labels=labels,
    )


def _environment(lines: list[str] | tuple[str, ...]) -> Mapping[str, str]:
    pairs = (line.partition("=") for line in lines)
    return {name: value for name, _, value in pairs}
