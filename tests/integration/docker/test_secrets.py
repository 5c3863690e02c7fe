"""What containers hold in their environment is asked with, and told nowhere."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from tests.integration.security.overseer import Overseer
from tests.support.production import DATABASE_PASSWORD, TOKEN, Production
from tests.support.shell import sh

pytestmark = pytest.mark.docker

SECRETS = (DATABASE_PASSWORD, TOKEN)


def _said(production: Production, env: dict[str, str]) -> list[str]:
    """What is printed about a production, well or not."""
    program = (sys.executable, "-m", "safeguards")
    asked = (("verify", "-v"), ("verify", "--format", "json"), ("status", "-v"))
    return [sh(*program, *argv, cwd=production.folder, env=env, ok=(0, 1, 3)) for argv in asked]


def test_no_secret_of_a_container_is_told(production: Production, tmp_path: Path) -> None:
    overseer, state = Overseer(tmp_path / "overseer"), tmp_path / "state"
    env = {**production.env, **overseer.variables, "XDG_STATE_HOME": str(state)}
    inside = production.engine.docker("inspect", production.container("npd-db"))
    assert DATABASE_PASSWORD in inside
    said: list[str] = []
    with overseer.watching():
        said += _said(production, env)
        with production.answering_500():
            said += _said(production, env)
    written = [path.read_bytes() for path in state.rglob("*") if path.is_file()]
    assert written
    for secret in SECRETS:
        assert not [text for text in said if secret in text]
        assert not [content for content in written if secret.encode() in content]
        assert not [line for line in overseer.command_lines() if secret.encode() in line]
