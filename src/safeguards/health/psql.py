"""PostgreSQL's own client inside a container: its command line, and what it prints, read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from safeguards.errors import (
    AbsentError,
    DeadlineError,
    DeniedError,
    RefusedError,
    UnreachableError,
)

if TYPE_CHECKING:
    from safeguards.system.database import Rows
    from safeguards.system.process import Completed

FIELD, RECORD, NULL = "\x1f", "\x1e", "\x1d"
"""Separators that no name or number holds."""

MARK = "--safeguards-next-answer--"

_ABSENT = ("42P01", "3F000", "42703")
_CANCELLED = ("57014", "55P03")
_DENIED = ("42501",)
_LIMITS = ("statement_timeout", "lock_timeout")
_NO_CONNECTION = 2
_NO_PROGRAM = (126, 127)


def session_arguments(user: str, database: str) -> tuple[str, ...]:
    """A psql that reads statements and prints rows in a form that `rows` reads."""
    argv = ["psql", "-X", "-A", "-t", "-q", "-w", "-U", user, "-d", database]
    argv += ["-F", FIELD, "-R", RECORD, "-P", f"null={NULL}", "-v", "VERBOSITY=verbose"]
    return tuple(argv)


def arguments(
    user: str, database: str, statements: Sequence[str], timeout: float
) -> tuple[str, ...]:
    """A psql that answers each statement by itself, after a mark on both outputs.

    Each has a read-only transaction to itself, with the limits of `timeout`, whatever one before
    it did to the session; it has to be a single statement.
    """
    argv = list(session_arguments(user, database))
    # The one before ends here, and not in a message of its own: each is a round trip.
    begin = f"commit; begin transaction read only; {_local(timeout)}"
    for statement in statements:
        argv += ["-c", f"\\echo {MARK}", "-c", f"\\warn {MARK}", "-c", begin, "-c", statement]
    return (*argv, "-c", "commit")


def environment(timeout: float, password: str) -> Mapping[str, str]:
    """A read-only session in which no statement takes longer than `timeout` seconds."""
    limits = dict.fromkeys(_LIMITS, _milliseconds(timeout))
    strict = {"standard_conforming_strings": "on", "client_min_messages": "error"}
    settings = {"default_transaction_read_only": "on", **limits, **strict}
    given = {
        "PGOPTIONS": " ".join(f"-c {name}={value}" for name, value in settings.items()),
        "PGCONNECT_TIMEOUT": str(max(round(timeout), 2)),
        "PGAPPNAME": "safeguards",
        "PGCLIENTENCODING": "UTF8",
    }
    return {**given, "PGPASSWORD": password} if password else given


def answers(done: Completed, count: int, container: str) -> tuple[Rows | UnreachableError, ...]:
    """The rows of each statement, or why it was refused.

    Raises `UnreachableError` when psql is missing or did not get a connection.
    """
    if done.returncode in _NO_PROGRAM:
        raise UnreachableError(
            f"there is no psql in {container}",
            hint="name the database's own container in database.container, or set database.url",
        )
    results = done.text.split(MARK + "\n")[1:]
    errors = done.error_text.split(MARK + "\n")[1:]
    if done.returncode == _NO_CONNECTION or len(results) != count:
        raise _no_connection(done, container)
    padded = [*errors, *[""] * (count - len(errors))]
    return tuple(
        refusal(error) if "ERROR:" in error else rows(result)
        for result, error in zip(results, padded, strict=True)
    )


def rows(printed: str) -> Rows:
    """What psql printed of one statement."""
    content = printed.removesuffix("\n")
    if not content:
        return ()
    return tuple(
        tuple(None if value == NULL else value for value in record.split(FIELD))
        for record in content.split(RECORD)
    )


def refusal(printed: str) -> UnreachableError:
    """The error for an `ERROR:` of psql."""
    line = printed[printed.index("ERROR:") + len("ERROR:") :].strip().splitlines()[0]
    code, _, message = line.partition(":")
    if code in _CANCELLED:
        return DeadlineError(f"not answered in time: {message.strip()}")
    if code in _DENIED:
        return DeniedError(message.strip())
    return (AbsentError if code in _ABSENT else RefusedError)(message.strip() or line)


def _local(timeout: float) -> str:
    limit = _milliseconds(timeout)
    settings = [f"{name} = {limit}" for name in _LIMITS] + ["standard_conforming_strings = on"]
    return "; ".join(f"set local {setting}" for setting in settings)


def _milliseconds(timeout: float) -> int:
    """A little less than we wait, so that the server is the one to end a statement."""
    return max(round(timeout * 800), 100)


def _no_connection(done: Completed, container: str) -> UnreachableError:
    said = " ".join((done.error_text or done.text).replace(MARK, "").split())
    reason = said.rpartition("FATAL:")[2].strip() if "FATAL:" in said else said
    kind = RefusedError if "FATAL:" in said else UnreachableError
    return kind(
        f"psql in {container} got no answer from its database: {reason[:300]}",
        hint=f"see: docker logs --tail 50 {container}; set database.user and database.name",
    )
