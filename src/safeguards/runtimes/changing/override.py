"""What we lay over a project's Compose files, as text: pure.

JSON is YAML; only the tags `!reset` and `!override`, which take away what a file says, are not.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

ROUTED_BY = ("VIRTUAL_HOST", "LETSENCRYPT_HOST")
"""Variables by which a reverse proxy finds whom to send requests to."""


def build_override(
    service: str, config: Mapping[str, Any], name: str, labels: Mapping[str, str]
) -> str:
    """The image gets a name and labels of its own, and none of the names that the file gives."""
    build = f'"labels": {_quoted(labels)}'
    if config["build"].get("tags"):
        build += ', "tags": !reset []'
    return _document(service, f'"image": {_quoted(name)}, "build": {{{build}}}')


def place_override(service: str, config: Mapping[str, Any], image: str, *, serves: bool) -> str:
    """The service from this image, where no proxy routes to it and no address is taken twice.

    What does not serve is not asked for its health.
    """
    parts = [f'"image": {_quoted(image)}', '"pull_policy": "never"', '"restart": "no"']
    if config.get("labels"):
        # Routes of Traefik and its like: a place gets none of production's traffic.
        parts.append('"labels": !reset {}')
    routed = [name for name in ROUTED_BY if name in (config.get("environment") or {})]
    if routed:
        removed = ", ".join(f'"{name}": !reset null' for name in routed)
        parts.append(f'"environment": {{{removed}}}')
    networks: Mapping[str, Any] = config.get("networks") or {}
    if any(networks.values()):
        # Aliases and fixed addresses belong to production.
        parts.append(f'"networks": !override {_quoted(dict.fromkeys(networks))}')
    if config.get("hostname"):
        parts.append('"hostname": !reset null')
    if not serves:
        parts.append('"healthcheck": {"disable": true}')
    return _document(service, ", ".join(parts))


def _quoted(value: object) -> str:
    """As JSON, in which Compose puts no variables."""
    return json.dumps(value).replace("$", "$$")


def _document(service: str, body: str) -> str:
    return f'{{"services": {{{_quoted(service)}: {{{body}}}}}}}\n'
