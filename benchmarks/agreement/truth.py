"""What the package's own SQLAlchemy says of its models, as they are or changed."""

from __future__ import annotations

import json
import re
import selectors
import subprocess
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import TracebackType

import msgspec

WORKER = Path(__file__).with_name("worker.py")
TIMEOUT = 300.0
MOST_FAULTS = 30
MODELS = re.compile(rb"relationship|\bColumn\b|mapped_column|declarative|map_imperatively|SQLModel")

Name = tuple[str, str, str]
"""Module, class and key of a relationship."""


class Fault(msgspec.Struct, frozen=True):
    """One refusal: of a relationship while configuring, or of a module while importing."""

    exception: str
    message: str
    module: str | None = None
    frames: tuple[tuple[str, int], ...] = ()
    relationship: Name | None = None
    configuring: Name | None = None


class Answer(msgspec.Struct, frozen=True):
    """Modules that failed, what was refused, the relationships that are mapped, and where."""

    failed: tuple[Fault, ...] = ()
    refused: tuple[Fault, ...] = ()
    mapped: tuple[tuple[str, str, str, str | None], ...] = ()
    modules: tuple[str, ...] = ()
    loaded: tuple[str, ...] = ()
    died: str | None = None


class NoVerdictError(Exception):
    """The package crashed or hung its interpreter."""


class Truth:
    """One package in its own interpreter, ready to be asked; use it as a context."""

    def __init__(
        self,
        python: Path,
        site: Path,
        files: Mapping[str, bytes],
        environment: Iterable[str] = (),
    ) -> None:
        self._site = site
        self._roots = sorted({path.partition("/")[0] for path in files})
        self._modules = [module_name(p) for p, data in files.items() if MODELS.search(data)]
        self._home = tempfile.TemporaryDirectory(prefix="safeguards-agreement-")
        self._process = subprocess.Popen(
            [str(python), "-W", "ignore", str(WORKER)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self._home.name,
            env={
                "HOME": self._home.name,
                "PATH": "/usr/bin:/bin",
                "LC_ALL": "C.UTF-8",
                "PYTHONPYCACHEPREFIX": f"{self._home.name}/bytecode",
                **dict(each.split("=", 1) for each in environment),
            },
        )
        self.version = str(json.loads(self._line())["sqlalchemy"])
        self._aside: set[Name] = set()
        self._preload: tuple[str, ...] = ()
        self._preloaded = False
        self.faults: list[Fault] = []
        self.as_it_is = self._settle()
        mapping = set(self.as_it_is.modules) - {fault.module for fault in self.failed}
        self._modules = [name for name in self._modules if name in mapping]

    @property
    def failed(self) -> tuple[Fault, ...]:
        """Modules of the package that do not import here, unchanged."""
        return self.as_it_is.failed

    def changed(self, path: str, text: str) -> Fault | None:
        """The first thing that SQLAlchemy refuses when one file has this text instead."""
        answer = self._ask([(module_name(path), str(self._site / path), text)])
        return next(iter((*answer.failed, *answer.refused)), None)

    def _settle(self) -> Answer:
        """Ask until nothing is refused, setting aside each relationship that was."""
        while True:
            answer = self._ask([])
            if not self._preloaded:
                self._preload, self._preloaded = answer.loaded, True
            if not answer.refused or len(self.faults) >= MOST_FAULTS:
                return answer
            (fault,) = answer.refused
            self.faults.append(fault)
            named = {fault.relationship, fault.configuring} - {None}
            if named <= self._aside:
                return answer
            self._aside |= named  # type: ignore[arg-type]  # None was taken out

    def _ask(self, replaced: list[tuple[str, str, str]]) -> Answer:
        request = {
            "modules": self._modules,
            "roots": self._roots,
            "aside": sorted(self._aside),
            "replaced": replaced,
            "preload": self._preload,
        }
        self._preload = ()
        assert self._process.stdin
        self._process.stdin.write(msgspec.json.encode(request) + b"\n")
        self._process.stdin.flush()
        answer = msgspec.json.decode(self._line(), type=Answer)
        if answer.died:
            raise NoVerdictError(answer.died)
        return answer

    def _line(self) -> bytes:
        stdout = self._process.stdout
        assert stdout
        with selectors.DefaultSelector() as selector:
            selector.register(stdout, selectors.EVENT_READ)
            line = stdout.readline() if selector.select(TIMEOUT) else b""
        if not line:
            self._process.kill()
            raise NoVerdictError("the interpreter of the package did not answer")
        return line

    def __enter__(self) -> Truth:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(timeout=10)
        self._process.stdout.close()
        self._home.cleanup()


def module_name(path: str) -> str:
    """`a/b/__init__.py` → `a.b`."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
