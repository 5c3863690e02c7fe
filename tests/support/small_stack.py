"""The small production as a Swarm stack; its port is the node's, so that no mesh is needed."""

from __future__ import annotations

import re
from pathlib import Path

from tests.support.engine import Engine
from tests.support.shell import sh

_TASK = re.compile(r"\.[a-z0-9]{25}")

STACK = """\
services:
  beside:
    image: ${SMALL_BASE_IMAGE}
    command: ["sleep", "3600"]
    init: true
    deploy: {endpoint_mode: dnsrr}
  web:
    image: ${SMALL_IMAGE}
    build:
      context: web
      args:
        BASE_IMAGE: ${SMALL_BASE_IMAGE}
    environment:
      TOKEN: ${SMALL_TOKEN}
      LEVEL: production
    labels:
      traefik.enable: "true"
    volumes:
      - kept:/kept
      - ./settings:/settings:ro
    ports:
      - {target: 8000, published: "${SMALL_PORT}", mode: host}
    deploy:
      endpoint_mode: dnsrr
      update_config: {monitor: 1s}
      rollback_config: {monitor: 1ms}
volumes:
  kept:
networks:
  default: {driver: overlay, attachable: true}
"""


def bring_up(engine: Engine, project: str, deploy: Path, variables: dict[str, str]) -> None:
    """Build the service, and deploy the stack of this folder."""
    base = f"BASE_IMAGE={variables['SMALL_BASE_IMAGE']}"
    engine.docker("build", "-t", variables["SMALL_IMAGE"], "--build-arg", base, deploy / "web")
    argv = ("docker", "stack", "deploy", "--resolve-image", "never", "-c", "compose.yaml", project)
    sh(*argv, cwd=deploy, env=engine.env | variables, timeout=60)


def containers(engine: Engine, project: str) -> dict[str, str]:
    """Id by name, without the task's own part: what runs, and places that have ended."""
    chosen = ("ps", "-a", "--no-trunc", "--filter", f"name={project}")
    lines = engine.docker(*chosen, "--format", "{{.State}} {{.Names}} {{.ID}}").splitlines()
    found = [line.split() for line in lines]
    return {
        _TASK.sub("", name): container
        for state, name, container in found
        if state == "running" or "-safeguards-" in name
    }
