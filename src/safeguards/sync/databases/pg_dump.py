"""PostgreSQL's own pg_dump on this machine, for a database that is asked by URL."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from safeguards.errors import NotInstalledError, RefusedError

if TYPE_CHECKING:
    from safeguards.system.database import Address
    from safeguards.system.process import Runner

PATIENCE = 120.0
"""Seconds that a dump may be silent."""

CHECK = 600.0
"""Seconds that reading a backup's table of contents may take."""

DUMP = ("pg_dump", "--format=custom", "--no-password", "--lock-wait-timeout=30s")

_MIB = 2**20
_TOLD_EVERY = 64 * _MIB


class Streamer(Protocol):
    """Runs a command and hands on what it prints, as it comes."""

    def __call__(
        self, argv: list[str], *, patience: float, env: Mapping[str, str]
    ) -> Iterator[bytes]:
        """Raises `DeadlineError` after `patience` seconds of silence, `RefusedError` when it
        fails.
        """


Writer = Callable[[Path, Iterable[bytes], Callable[[Path], None]], None]
"""Writes chunks to a file that gets its name after a check."""


class PgDump:
    """Dumps what `address` says with the programs in the folder that `find` has for a server.

    The password goes by environment, which is `environ` otherwise.
    """

    def __init__(
        self,
        address: Address,
        find: Callable[[], Path | None],
        *,
        run: Runner,
        stream: Streamer,
        write: Writer,
        environ: Mapping[str, str],
    ) -> None:
        self._address = address
        self._find = find
        self._run = run
        self._stream = stream
        self._write = write
        self._environ = environ

    def available(self) -> bool:
        """Whether there is a pg_dump that is not older than the server."""
        return self._find() is not None

    def write(self, path: Path, tell: Callable[[str], None]) -> None:
        """A dump that pg_restore lists; on any failure there is no file."""
        folder = self._find()
        if folder is None:
            raise NotInstalledError(
                "there is no pg_dump here that is as new as the database's server",
                hint="install PostgreSQL's client programs, or set database.container",
            )
        argv = [str(folder / DUMP[0]), *DUMP[1:], *_to(self._address)]
        chunks = self._stream(argv, patience=PATIENCE, env=self._environment())

        def check(part: Path) -> None:
            listing = [str(folder / "pg_restore"), "--list", str(part)]
            done = self._run(listing, timeout=CHECK, env=self._environ)
            check_listing(done.returncode, done.text, done.error_text)

        self._write(path, told(chunks, tell), check)

    def restore_by_hand(self, path: Path) -> str:
        """pg_restore, which asks for the password itself."""
        return shlex.join(["pg_restore", "--clean", "--if-exists", *_to(self._address), str(path)])

    def _environment(self) -> Mapping[str, str]:
        password = {"PGPASSWORD": self._address.password} if self._address.password else {}
        options = self._address.options
        modes = {"PGSSLMODE": "sslmode", "PGSSLROOTCERT": "sslrootcert", "PGSSLCERT": "sslcert"}
        modes |= {"PGSSLKEY": "sslkey"}
        given = {name: options[key] for name, key in modes.items() if key in options}
        named = {"PGAPPNAME": "safeguards", "PGCONNECT_TIMEOUT": "10"}
        return {**self._environ, **given, **named, **password}


def check_listing(code: int, text: str, error: str) -> None:
    """Refuse a backup whose table of contents pg_restore cannot read, or finds empty."""
    entries = [line for line in text.splitlines() if line and not line.startswith(";")]
    if code != 0 or not entries:
        said = " ".join(error.split())[:300] or "it lists nothing"
        raise RefusedError(f"pg_restore cannot read the backup: {said}")


def told(chunks: Iterable[bytes], tell: Callable[[str], None]) -> Iterator[bytes]:
    """The chunks, telling now and then how much there has been."""
    size = said = 0
    for chunk in chunks:
        yield chunk
        size += len(chunk)
        if size - said >= _TOLD_EVERY:
            said = size
            tell(f"{size // _MIB} MiB written")


def _to(address: Address) -> list[str]:
    given = {
        "--host": address.host,
        "--port": str(address.port or ""),
        "--username": address.user,
        "--dbname": address.database,
    }
    return [f"{flag}={value}" for flag, value in given.items() if value]
