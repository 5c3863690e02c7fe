"""A small production, and the metrics of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.integration.verify.conftest import Small
from tests.integration.verify.conftest import small as hasty
from tests.support.monitoring import SECONDS

__all__ = ["hasty"]

PATIENT = {"X-Prometheus-Scrape-Timeout-Seconds": "600"}
"""What a client says that waits for new numbers as long as it is let."""


@pytest.fixture
def small(hasty: Small) -> Small:
    """A small production; its API may take as long as a machine under load does."""
    hasty.configure("timeout = 2", "timeout = 60")
    return hasty


class Ended(msgspec.Struct, frozen=True):
    """A finished `safeguards metrics`."""

    code: int
    out: str
    err: str


def metrics(small: Small, *argv: str | os.PathLike[str], **env: str) -> Ended:
    """Run `safeguards metrics` in the checkout."""
    done = subprocess.run(
        [sys.executable, "-m", "safeguards", "metrics", *map(str, argv)],
        cwd=small.folder,
        env={**small.env, **env},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


class Served(msgspec.Struct, frozen=True):
    """A running `safeguards metrics serve`."""

    url: str
    process: subprocess.Popen[str]

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str, Any]:
        """Status, body and headers of an answer."""
        request = urllib.request.Request(self.url + path, method=method, headers=PATIENT | headers)
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as response:
                return response.status, response.read().decode(), response.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), error.headers

    def numbers(self) -> dict[str, float]:
        """The values of /metrics by name and labels; of a name without labels but the target."""
        return read(self.get("/metrics")[1])

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Stop it by a signal: its exit code, and what it said on standard error."""
        self.process.send_signal(number)
        _, err = self.process.communicate(timeout=SECONDS)
        return self.process.returncode, err


@contextmanager
def serving(small: Small, *argv: str, listen: str = "127.0.0.1:0") -> Iterator[Served]:
    """`safeguards metrics serve` in the checkout, on a port of its own."""
    command = [sys.executable, "-m", "safeguards", "metrics", "serve", "--listen", listen]
    process = subprocess.Popen(
        [*command, "--format", "json", *argv],
        cwd=small.folder,
        env=small.env,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        said = ""
        while not said.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, process.communicate()[1]
            said += line
        yield Served(json.loads(said)["url"], process)
    finally:
        process.kill()
        process.communicate()


def read(text: str) -> dict[str, float]:
    """The values of a document by name and labels, such as `safeguards_table_rows projects`."""
    return {
        " ".join(
            [sample.name, *(v for k, v in sorted(sample.labels.items()) if k != "target")]
        ): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }
