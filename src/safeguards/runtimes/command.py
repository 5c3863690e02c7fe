"""Any production that three commands describe: systemd, a supervisor, a plain process."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from safeguards.errors import UnreachableError
from safeguards.runtimes.observe import Advice, Instance

if TYPE_CHECKING:
    from safeguards.system.files import Files
    from safeguards.system.process import Completed, Runner


class Commands(msgspec.Struct, frozen=True):
    """The commands that stand for one production, and the folder that they run in.

    `status` ends with 0 while production runs; it gets `timeout` seconds to say so.
    """

    name: str
    status: tuple[str, ...]
    start: tuple[str, ...]
    workdir: Path
    timeout: float = 10.0


class CommandRuntime:
    """One production on this machine, as its commands see it."""

    def __init__(self, run: Runner, files: Files, commands: Commands) -> None:
        self._run = run
        self._files = files
        self._commands = commands

    def list(self) -> tuple[str, ...]:
        """The one name."""
        return (self._commands.name,)

    def inspect(self, name: str) -> tuple[Instance, ...]:
        """Running or exited, as the status command says; nothing for any other name."""
        own = self._commands
        if name != own.name:
            return ()
        done = self._run(own.status, timeout=own.timeout, cwd=own.workdir)
        state = "running" if done.returncode == 0 else "exited"
        return (Instance(own.name, own.name, state, exit_code=done.returncode),)

    def expected(self, name: str) -> int | None:
        """Nobody says."""
        return None

    def tagged(self, image: str) -> str:
        """There are no images."""
        return ""

    def read(self, name: str, path: str) -> Mapping[str, bytes]:
        """A file of the working folder, or the Python files of a folder in it."""
        self._require(name)
        content = self._files.read(path)
        if content is not None:
            return {path: content}
        found = {each: self._files.read(each) for each in self._files.listing(path, recursive=True)}
        return {each: content for each, content in found.items() if content is not None}

    def exec(
        self,
        name: str,
        argv: Sequence[str],
        *,
        timeout: float,
        env: Mapping[str, str] | None = None,
        workdir: str = "",
    ) -> Completed:
        """Run a command in the working folder."""
        self._require(name)
        return self._run(argv, timeout=timeout, cwd=self._commands.workdir / workdir, env=env)

    def advice(self, name: str, workdir: str = "") -> Advice:
        """The status and the start command."""
        self._require(name)
        status = shlex.join(self._commands.status)
        return Advice(status, shlex.join(self._commands.start), status)

    def _require(self, name: str) -> None:
        if name != self._commands.name:
            raise UnreachableError(
                f"{name} is no container: this target runs by commands",
                hint="remove the container's name from the target, or change its runtime",
            )
