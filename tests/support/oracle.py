"""Real SQLAlchemy as the judge of a project: one worker process per version, a fork per project.

with Oracle("2.1") as oracle:
    verdict = oracle.judge(folder)
"""

from __future__ import annotations

import selectors
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Literal, get_args

import msgspec

from tests.support.needs import Unavailable

Version = Literal["1.4", "2.0", "2.1"]
VERSIONS: tuple[Version, ...] = get_args(Version)

ORACLES = Path(__file__).resolve().parents[2] / ".cache" / "oracles"
"""Where `scripts/oracles` makes the virtual environments, one per version."""

WORKER = Path(__file__).with_name("oracle_worker.py")
START_TIMEOUT = 60.0


class Fault(msgspec.Struct, frozen=True):
    """One thing SQLAlchemy refused; mapper and key when it was a relationship."""

    stage: Literal["import", "configure"]
    exception: str
    message: str
    path: str | None = None
    line: int | None = None
    mapper: str | None = None
    classes: tuple[str, ...] = ()
    key: str | None = None


class Verdict(msgspec.Struct, frozen=True):
    """What one version of SQLAlchemy says about one project."""

    faults: tuple[Fault, ...]
    warnings: tuple[str, ...]
    died: bool = False


class OracleError(Exception):
    """The oracle itself failed: no verdict."""


def oracle_python(version: Version) -> Path:
    """The interpreter that has this version of SQLAlchemy; scripts/oracles makes it."""
    return ORACLES / version / "bin" / "python"


class Oracle:
    """One version of SQLAlchemy, ready to judge projects; close it or use it as a context.

    Raises `Unavailable` when scripts/oracles has not made its environment.
    """

    def __init__(self, version: Version) -> None:
        if not oracle_python(version).exists():
            raise Unavailable(
                "oracles", f"{oracle_python(version)} is missing; run scripts/oracles"
            )
        self.version = version
        self._process = subprocess.Popen(
            [str(oracle_python(version)), "-I", "-B", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        started = msgspec.json.decode(self._answer(START_TIMEOUT), type=dict[str, str])
        if not started["sqlalchemy"].startswith(version):
            self.close()
            raise OracleError(f"{oracle_python(version)} has SQLAlchemy {started['sqlalchemy']}")

    def judge(
        self, root: Path, *, source_roots: tuple[str, ...] = (), timeout: float = 20.0
    ) -> Verdict:
        """Import every module below root and configure all mappers, within `timeout` seconds.

        Raises `OracleError` when the project crashed or hung the interpreter.
        """
        request = {"root": str(root), "source_roots": source_roots, "timeout": timeout}
        assert self._process.stdin
        self._process.stdin.write(msgspec.json.encode(request) + b"\n")
        self._process.stdin.flush()
        verdict = msgspec.json.decode(self._answer(timeout + 5), type=Verdict)
        if verdict.died:
            raise OracleError(f"SQLAlchemy {self.version} gave no verdict on {root}")
        return verdict

    def close(self) -> None:
        """End the worker."""
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def __enter__(self) -> Oracle:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _answer(self, timeout: float) -> bytes:
        stdout = self._process.stdout
        assert stdout
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            ready = selector.select(timeout)
        line = stdout.readline() if ready else b""
        if not line:
            self._process.kill()
            raise OracleError(f"the SQLAlchemy {self.version} worker did not answer")
        return line
