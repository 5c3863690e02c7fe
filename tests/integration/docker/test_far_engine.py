"""Production on an engine that is reached by ssh: built, tried and replaced all the same."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support import small as kit
from tests.support.awaited import await_answer, await_fetch, await_that
from tests.support.engine import Engine

from safeguards.errors import UnreachableError
from safeguards.runtimes.change import Stamp
from safeguards.system.docker_changes import ChangingEngine

pytestmark = pytest.mark.docker


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
        assert await_fetch(trial, url).body.decode() == f"good 127.0.0.1:{small.port}"
        missing = trial.fetch("GET", url.replace("/health", "/none"), headers={}, timeout=5)
        assert missing.status == 404
        with pytest.raises(UnreachableError, match="refused"):
            trial.fetch("GET", url.replace(":8000", ":1"), headers={}, timeout=5)
        assert set(changer.sweep()) == {bench.name, trial.name}

        for version, name in ((good, "good"), (first, "first")):
            changer.replace(small.service, version, lambda line: None)
            await_answer(small, name)


ASK = """
import sys, time
from safeguards.system.docker import Engine
engine = Engine(sys.argv[1])
print(engine.inspect("nothing"), flush=True)
time.sleep(60)
"""


def test_a_killed_process_leaves_no_tunnel(far: str, docker_engine: Engine) -> None:
    asking = subprocess.Popen([sys.executable, "-c", ASK, far], stdout=subprocess.PIPE)
    assert asking.stdout is not None
    assert asking.stdout.readline() == b"None\n"
    assert tunnels(far)
    asking.kill()
    asking.wait()
    asking.stdout.close()
    await_that(lambda: not tunnels(far), "the tunnel ends")


def tunnels(far: str) -> list[int]:
    """The pids of every ssh to this address."""
    port = far.rpartition(":")[2].encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            words = path.read_bytes().split(b"\0")
            if b"-nNT" in words and port in words and words[0].endswith(b"ssh"):
                found.append(int(path.parent.name))
    return found
