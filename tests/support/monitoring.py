"""Prometheus and its push gateway, the real ones, on free ports of this machine."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from tests.support import debian
from tests.support.needs import Unavailable
from tests.support.postgres import free_port
from tests.support.shell import OUTER

PACKAGES = {
    "prometheus": "prometheus",
    "promtool": "prometheus",
    "prometheus-pushgateway": "prometheus-pushgateway",
}
TRIES = 5
SECONDS = 120
"""After so long it will not come any more."""


def program(name: str) -> str:
    """Where a program is. Raises `Unavailable`."""
    debian.install("prometheus", {name: PACKAGES[name]})
    found = shutil.which(name, path=OUTER.get("PATH"))
    if found is None:
        raise Unavailable("prometheus", f"there is no {name} on this machine")
    return found


def promtool(*argv: str | Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """What promtool says. Raises `Unavailable`."""
    return subprocess.run(
        [program("promtool"), *map(str, argv)],
        input=stdin,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@contextmanager
def gateway(folder: Path) -> Iterator[str]:
    """The URL of a push gateway that has nothing yet."""
    with _running([program("prometheus-pushgateway")], folder / "gateway.log") as url:
        yield url


@contextmanager
def prometheus(folder: Path, configuration: str) -> Iterator[str]:
    """The URL of a Prometheus with this configuration; its files are in `folder`."""
    (folder / "prometheus.yaml").write_text(configuration)
    argv = [
        program("prometheus"),
        f"--config.file={folder / 'prometheus.yaml'}",
        f"--storage.tsdb.path={folder / 'data'}",
    ]
    with _running(argv, folder / "prometheus.log") as url:
        yield url


def query(url: str, expression: str) -> list[Any]:
    """The series that a Prometheus answers now; raises what urllib does when it refuses."""
    asked = urllib.parse.urlencode({"query": expression})
    with urllib.request.urlopen(f"{url}/api/v1/query?{asked}", timeout=20) as response:
        document = json.load(response)
    assert document["status"] == "success"
    result: list[Any] = document["data"]["result"]
    return result


def await_query(url: str, expression: str, wanted: Callable[[dict[str, float]], bool]) -> None:
    """Until the values of the expression, by target, are as wanted."""
    seen: dict[str, float] = {}

    def holds() -> bool:
        seen.clear()
        for series in query(url, expression):
            seen[series["metric"].get("target", "")] = float(series["value"][1])
        return wanted(seen)

    await_that(holds, lambda: f"{expression} is {seen}")


def await_that(holds: Callable[[], bool], told: Callable[[], str]) -> None:
    """Until it holds, by asking again and again."""
    deadline = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < deadline, told()
        time.sleep(0.05)


@contextmanager
def _running(argv: list[str], log: Path) -> Iterator[str]:
    process, url = _started(argv, log)
    try:
        yield url
    finally:
        process.kill()
        process.wait(20)


def _started(argv: list[str], log: Path) -> tuple[subprocess.Popen[bytes], str]:
    """On a port that is free: between looking and listening another test may take it."""
    for _ in range(TRIES):
        port = free_port()
        url = f"http://127.0.0.1:{port}"
        with log.open("wb") as output:
            listening = f"--web.listen-address=127.0.0.1:{port}"
            process = subprocess.Popen([*argv, listening], stdout=output, stderr=output, env=OUTER)
        try:
            await_that(
                partial(_has_decided, process, url),
                lambda: f"{argv[0]} is not ready: {log.read_text()[-2000:]}",
            )
        except BaseException:
            process.kill()
            process.wait(20)
            raise
        if process.poll() is None:
            return process, url
    raise Unavailable("prometheus", f"{argv[0]} ends: {log.read_text()[-500:]}")


def _has_decided(process: subprocess.Popen[bytes], url: str) -> bool:
    """Whether it is ready, or has ended."""
    return process.poll() is not None or _is_ready(url)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/-/ready", timeout=5) as response:
            return bool(response.status == 200)
    except OSError:
        return False
