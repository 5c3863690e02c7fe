"""mysqldump, or mariadb-dump as it is called by now, on this machine."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.errors import NotInstalledError, RefusedError
from safeguards.sync.databases.pg_dump import PATIENCE, Streamer, Writer, told

if TYPE_CHECKING:
    from safeguards.system.database import Address

OPTIONS = (
    *("--single-transaction", "--routines", "--triggers", "--events", "--hex-blob"),
    "--no-tablespaces",
)

COMPLETE = b"\n-- Dump completed"
"""What stands at the end of a dump that is whole."""

_TAIL = 200


class MysqlDump:
    """Dumps what `address` says with the program that `find` has.

    The password goes by environment, which is `environ` otherwise.
    """

    def __init__(
        self,
        address: Address,
        find: Callable[[], str | None],
        *,
        stream: Streamer,
        write: Writer,
        tail: Callable[[Path, int], bytes],
        environ: Mapping[str, str],
    ) -> None:
        self._address = address
        self._find = find
        self._stream = stream
        self._write = write
        self._tail = tail
        self._environ = environ

    def available(self) -> bool:
        """Whether there is such a program."""
        return self._find() is not None

    def write(self, path: Path, tell: Callable[[str], None]) -> None:
        """A dump that ends with the words that it is complete; on any failure there is no file."""
        program = self._find()
        if program is None:
            raise NotInstalledError(
                "there is neither mysqldump nor mariadb-dump here",
                hint="install the client programs of the database",
            )
        argv = [program, *self._to(), *OPTIONS, self._address.database]
        environ = {**self._environ, "MYSQL_PWD": self._address.password}
        chunks = self._stream(argv, patience=PATIENCE, env=environ)
        self._write(path, told(chunks, tell), self._check)

    def restore_by_hand(self, path: Path) -> str:
        """The client, which asks for the password itself."""
        argv = ["mysql", *self._to(), "--password", self._address.database]
        return f"{shlex.join(argv)} < {shlex.quote(str(path))}"

    def _check(self, part: Path) -> None:
        if COMPLETE not in self._tail(part, _TAIL):
            raise RefusedError("the backup does not say at its end that it is complete")

    def _to(self) -> list[str]:
        address, socket = self._address, self._address.options.get("unix_socket", "")
        given = {
            "--host": "" if socket else address.host or "127.0.0.1",
            "--port": str(address.port or ""),
            "--user": address.user,
            "--socket": socket,
            "--protocol": "" if socket else "tcp",
        }
        return [f"{flag}={value}" for flag, value in given.items() if value]
