"""A Docker engine that manages a swarm: its services and their tasks."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from safeguards.errors import RefusedError
from safeguards.system.docker_changes import ChangingEngine


class Swarm(ChangingEngine):
    """One manager of a swarm. Every call raises as those of `ChangingEngine` do."""

    def node(self) -> str:
        """The id of the asked node. `RefusedError` when it manages no swarm."""
        swarm = self._told("GET", "/info").get("Swarm") or {}
        if not swarm.get("ControlAvailable"):
            raise RefusedError(
                f"this Docker engine manages no swarm ({swarm.get('LocalNodeState', 'inactive')})",
                hint="set docker-host to a manager; see: docker node ls",
            )
        return str(swarm["NodeID"])

    def service(self, name: str) -> Mapping[str, Any] | None:
        """What the swarm knows about a service, or None when there is none of that name."""
        found = self.services(name=[name])
        return next((each for each in found if each["Spec"]["Name"] == name), None)

    def services(self, **filters: Sequence[str]) -> tuple[Mapping[str, Any], ...]:
        """All services that pass the filters of the engine, such as `label`."""
        return tuple(self._told("GET", f"/services?{_filters(filters)}"))

    def tasks(self, service: str) -> tuple[Mapping[str, Any], ...]:
        """The tasks of a service by its id, with those that ended and are still remembered; none
        when it is gone.
        """
        found = self._told("GET", f"/tasks?{_filters({'service': [service]})}", absent=True)
        return tuple(found or ())

    def create_service(self, spec: Mapping[str, Any]) -> str:
        """Create a service; its id. Its image is what each node has under that name."""
        return str(self._told("POST", "/services/create", spec)["ID"])

    def update_service(self, service: Mapping[str, Any], spec: Mapping[str, Any]) -> None:
        """Give a service another specification; refused when it changed since it was read."""
        query = urlencode({"version": service["Version"]["Index"], "registryAuthFrom": "spec"})
        self._told("POST", f"/services/{service['ID']}/update?{query}", spec)

    def roll_back(self, service: Mapping[str, Any]) -> None:
        """Give a service its previous specification again."""
        query = urlencode({"version": service["Version"]["Index"], "rollback": "previous"})
        self._told("POST", f"/services/{service['ID']}/update?{query}", service["Spec"])

    def remove_service(self, name: str) -> None:
        """Remove a service; its containers go later. Harmless when there is none."""
        self._told("DELETE", f"/services/{quote(name, safe='')}", absent=True)


def _filters(filters: Mapping[str, Sequence[str]]) -> str:
    return urlencode({"filters": json.dumps({name: list(each) for name, each in filters.items()})})
