"""A PostgreSQL that is only reachable inside its container, by its own psql and pg_dump."""

from __future__ import annotations

import itertools
import secrets
import shlex
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from safeguards.errors import DeadlineError, UnreachableError
from safeguards.health import psql
from safeguards.sync.databases.pg_dump import DUMP, PATIENCE, Writer, check_listing, told

if TYPE_CHECKING:
    from safeguards.health.database import Entry
    from safeguards.system.clock import Clock
    from safeguards.system.database import Rows
    from safeguards.system.docker import Engine
    from safeguards.system.docker_stream import Conversation

_OUT = 1
_NO_PROGRAM = (126, 127)


class PsqlSession:
    """A psql inside that runs one short statement at a time, and ends when we hang up.

    Its lock is free at once when this process ends while it is idle, as it always is between two
    statements. What ends an answer is not to be guessed, so that no row can be taken for it.
    """

    def __init__(self, conversation: Conversation, clock: Clock) -> None:
        self._conversation: Conversation | None = conversation
        self._clock = clock
        self._marks = (f"{psql.MARK}{secrets.token_hex(8)}-{n}\n" for n in itertools.count(1))

    def ask(self, statement: str, timeout: float) -> Rows:
        """The rows of one statement; raises `RefusedError` when the server says no.

        Raises `UnreachableError` when the session is over; it is ended when there is no answer
        within `timeout` seconds.
        """
        if self._conversation is None:
            raise UnreachableError("the session with the database ended")
        try:
            return self._answer(self._conversation, statement, timeout)
        except DeadlineError:
            self.close()
            raise

    def close(self) -> None:
        """Hang up, which ends psql and its session."""
        if self._conversation is not None:
            self._conversation.close()
        self._conversation = None

    def _answer(self, conversation: Conversation, statement: str, timeout: float) -> Rows:
        mark = next(self._marks)
        said = f"{statement};\n\\echo {mark}\\warn {mark}"
        until = self._clock.monotonic() + timeout
        heard = {True: b"", False: b""}
        try:
            conversation.say(said.encode(), timeout)
            while not all(text.endswith(mark.encode()) for text in heard.values()):
                part = conversation.hear(until)
                if part is None:
                    raise _ended(heard[False])
                heard[part[0] == _OUT] += part[1]
        except DeadlineError:
            raise
        except UnreachableError:
            self.close()
            raise
        out, error = (heard[key].decode("utf-8", "replace") for key in (True, False))
        if "ERROR:" in error:
            raise psql.refusal(error.removesuffix(mark))
        return psql.rows(out.removesuffix(mark))


class ContainerPostgres:
    """Sessions and backups through the engine; `enter` tells the container and the login."""

    def __init__(
        self,
        engine: Engine,
        enter: Callable[[], Entry],
        inside: Callable[[], str],
        clock: Clock,
        *,
        read: Callable[[Path], Iterable[bytes]],
        write: Writer,
    ) -> None:
        self._engine = engine
        self._enter = enter
        self._inside = inside
        self._clock = clock
        self._read = read
        self._write = write

    def session(self, name: str) -> PsqlSession:
        """A psql of this application_name, not yet asked anything."""
        entry = self._enter()
        environ = {**_environment(entry), "PGAPPNAME": name, "PGCONNECT_TIMEOUT": "5"}
        argv = psql.session_arguments(entry.user, entry.name)
        return PsqlSession(self._engine.converse(entry.container, argv, env=environ), self._clock)

    def available(self) -> bool:
        """Whether pg_dump is in the container."""
        entry = self._enter()
        done = self._engine.run(entry.container, ("pg_dump", "--version"), timeout=10)
        return done.returncode not in _NO_PROGRAM

    def write(self, path: Path, tell: Callable[[str], None]) -> None:
        """A dump by the container's pg_dump that its pg_restore lists; no file on any failure."""
        entry = self._enter()
        argv = [*DUMP, "--username", entry.user, "--dbname", entry.name]
        environ = {**_environment(entry), "PGAPPNAME": "safeguards"}
        chunks = self._engine.stream(entry.container, argv, patience=PATIENCE, env=environ)

        def check(part: Path) -> None:
            listing = self._engine.converse(entry.container, ("pg_restore", "--list"))
            try:
                out, error = listing.feed(self._read(part), PATIENCE)
            finally:
                listing.close()
            check_listing(0, out.decode("utf-8", "replace"), error.decode("utf-8", "replace"))

        self._write(path, told(chunks, tell), check)

    def restore_by_hand(self, path: Path) -> str:
        """pg_restore inside, fed with the file; the container's own login needs no password."""
        entry = self._enter()
        argv = ["pg_restore", "--clean", "--if-exists", "--username", entry.user]
        inside = self._inside()
        if " exec -T " not in inside:  # Compose's own, which reads input already
            inside = inside.replace(" exec ", " exec -i ", 1)
        return f"{inside} {shlex.join([*argv, '--dbname', entry.name])} < {shlex.quote(str(path))}"


def _environment(entry: Entry) -> Mapping[str, str]:
    return {"PGPASSWORD": entry.password} if entry.password else {}


def _ended(error: bytes) -> UnreachableError:
    said = " ".join(error.decode("utf-8", "replace").replace(psql.MARK, "").split())
    return UnreachableError(f"psql inside the container ended: {said[:300] or 'it said nothing'}")
