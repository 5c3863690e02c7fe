"""Production on an engine that is reached by ssh: built, tried and replaced all the same."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support import needs
from tests.support import small as kit
from tests.support.engine import Engine
from tests.support.needs import Unavailable
from tests.support.served import ssh_server

from safeguards.errors import UnreachableError
from safeguards.runtimes.change import Place, Stamp
from safeguards.system.docker_changes import ChangingEngine

pytestmark = pytest.mark.docker


@pytest.fixture
def far(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of this machine's engine by ssh, with an ssh on the PATH that may log in."""
    with contextlib.ExitStack() as stack:
        try:
            url, command = stack.enter_context(ssh_server(tmp_path / "sshd"))
        except Unavailable as missing:
            needs.skip(missing)
        program = tmp_path / "bin" / "ssh"
        program.parent.mkdir()
        command[0] = str(shutil.which("ssh"))
        program.write_text(f'#!/bin/sh\nexec {shlex.join(command)} "$@"\n')
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")
        yield url


@pytest.mark.parametrize("runtime", ["docker", "compose"])
def test_a_far_engine(runtime: str, far: str, docker_engine: Engine) -> None:
    stamp = Stamp(kit.TARGET, "run-1", "a" * 40)
    with (
        kit.running(docker_engine, runtime) as small,
        contextlib.closing(ChangingEngine(far)) as engine,
    ):
        changer = small.changer(engine, DOCKER_HOST=far, PATH=os.environ["PATH"])
        (first,) = changer.deployed(small.service).running
        good = changer.build(small.service, small.export("good"), stamp, lambda line: None)

        bench = changer.workbench(small.service, good, stamp, seconds=60)
        assert bench.run(["cat", "version"], timeout=10).text == "good"
        trial = changer.trial(small.service, good, stamp)
        assert trial is not None
        url = trial.answers_at(small.url)
        assert url is not None
        assert fetched(trial, url) == (200, f"good 127.0.0.1:{small.port}")
        missing = trial.fetch("GET", url.replace("/health", "/none"), headers={}, timeout=5)
        assert missing.status == 404
        with pytest.raises(UnreachableError, match="refused"):
            trial.fetch("GET", url.replace(":8000", ":1"), headers={}, timeout=5)
        assert set(changer.sweep()) == {bench.name, trial.name}

        for version, name in ((good, "good"), (first, "first")):
            changer.replace(small.service, version, lambda line: None)
            deadline = time.monotonic() + 20
            while small.answer() != name and time.monotonic() < deadline:
                time.sleep(0.1)
            assert small.answer() == name


def fetched(place: Place, url: str) -> tuple[int, str]:
    """The answer, as soon as there is one."""
    deadline = time.monotonic() + 20
    while True:
        try:
            answer = place.fetch("GET", url, headers={}, timeout=5)
        except UnreachableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return answer.status, answer.body.decode()
