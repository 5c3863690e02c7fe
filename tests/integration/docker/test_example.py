"""The README of examples/npd: its road from a change to production and back, as written."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from tests.support.engine import Engine
from tests.support.production import DATABASE_PASSWORD, DB, EXAMPLE, TOKEN, Production, brought_up
from tests.support.silence import Silence

pytestmark = pytest.mark.docker

COMMAND = re.compile(r"\$ (?P<text>.*?)(?:  # exit (?P<code>\d+))?")
UNHARMED = "git apply changes/startless.patch", "git apply changes/ill.patch"
"""From the first of these commands on, to the second, production must answer all the time."""


class Told(msgspec.Struct, frozen=True):
    """A command of the README: how it has to end, and what must be in what it prints."""

    command: str
    code: int
    lines: tuple[str, ...]


def test_the_road_of_the_example(docker_engine: Engine) -> None:
    with brought_up(docker_engine) as production:
        # The wheels are what the image is built from here, so they belong to the commits.
        (production.folder / "backend" / "wheels" / ".gitignore").unlink()
        before = production.container(DB)
        harmed = list(walked(production))
        assert harmed == []
        assert production.container(DB) == before
        assert production.sql("SELECT version_num FROM alembic_version") == "019\n"


def walked(production: Production) -> Iterator[str]:
    """Run every command as told; what was not as it has to be."""
    silence = Silence(f"{production.base_url}/health")
    unharmed = False
    for told in road():
        unharmed = (unharmed or told.command == UNHARMED[0]) and told.command != UNHARMED[1]
        with silence.heard():
            code, printed = run(production, told.command)
        assert code == told.code, f"$ {told.command}\n{printed}"
        for line in told.lines:
            assert line in printed, f"$ {told.command}\n{printed}"
        for secret in (DATABASE_PASSWORD, TOKEN):
            assert secret not in printed
        if unharmed and "git revert" not in told.command and silence.seconds:
            yield f"silent for {silence.seconds:.1f} s: {told.command}"
        silence.seconds = 0.0


def run(production: Production, command: str) -> tuple[int, str]:
    """Run a line of shell in the production's folder; its exit code and all that it printed."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    author = {name: value for name, value in os.environ.items() if name.startswith("GIT_")}
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=production.folder,
        env={**production.env, **author, "PATH": path},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
        check=False,
    )
    return done.returncode, done.stdout


def road() -> list[Told]:
    """The commands of all `console` blocks."""
    readme = (EXAMPLE / "README.md").read_text(encoding="utf-8")
    told: list[Told] = []
    for block in re.findall(r"^```console\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL):
        for line in block.splitlines():
            found = COMMAND.fullmatch(line)
            if found is not None:
                told.append(Told(found["text"], int(found["code"] or 0), ()))
            else:
                told[-1] = msgspec.structs.replace(told[-1], lines=(*told[-1].lines, line))
    return told


def test_the_road_is_all_there() -> None:
    codes = [told.code for told in road() if told.code]
    assert codes == [1, 12, 15]
    assert all(each in [told.command for told in road()] for each in UNHARMED)
