"""Makes a report: gathers what it tells, without secrets, and writes the file."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from safeguards import __version__
from safeguards.cli.journal import now
from safeguards.cli.past import VERSION, history_of
from safeguards.cli.redact import REDACTOR
from safeguards.cli.reporting import checkout
from safeguards.errors import UnreachableError, UsageError
from safeguards.report.html.contents import Contents, Past
from safeguards.report.html.timeline import MOST
from safeguards.runs import History
from safeguards.system.source_files import write_output

if TYPE_CHECKING:
    from safeguards.cli.reporting.verdicts import Asked, Told

STDOUT = Path("-")


class Written(msgspec.Struct, frozen=True):
    """What is told of a written report; its fields are `report --format json`, version 1.

    `status` and `exit_code` are those of the verdict in it, None where there is none.
    """

    version: int
    file: str
    bytes: int
    target: str
    status: str | None
    exit_code: int | None


def contents(asked: Asked, told: Told, *, live: bool) -> Contents:
    """Everything that the report tells; what cannot be read is told as such."""
    try:
        past = Past(history_of(asked.cwd, asked.config, MOST, told.target))
    except UnreachableError as error:
        past = Past(History(VERSION, (), ()), error.message)
    return REDACTOR.clean_value(
        Contents(
            target=told.target,
            made_at=now(),
            made_by=f"safeguards {__version__}",
            verdict=told.verdict,
            asked=live,
            past=past,
            migrations=checkout.migrations(asked.config, told.verdict),
            models=checkout.models(asked.config),
        )
    )


def check_place(path: Path) -> None:
    """Raises `UsageError` where no file can be written, before anybody is asked."""
    if path != STDOUT and path.is_dir():
        raise UsageError(f"{path} is a folder", hint="name a file, for example --html report.html")


def write(path: Path, page: str, told: Told) -> Written:
    """Put the page there in one step: readers see the old file or the new one.

    Raises `UsageError` where that is not possible, and OSError for a full disk.
    """
    content = page.encode("utf-8", "replace")
    try:
        write_output(path, content)
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise
        raise UsageError(
            f"cannot write {path}: {error.strerror}", hint="name another file for --html"
        ) from error
    verdict = told.verdict
    return Written(
        version=VERSION,
        file=str(path),
        bytes=len(content),
        target=told.target,
        status=verdict.status if verdict else None,
        exit_code=verdict.exit_code if verdict else None,
    )


def in_words(written: Written) -> str:
    """One line for people."""
    status = {None: "never checked", "pass": "PASSED", "fail": "FAILED"}[written.status]
    return f"{written.file}: {written.target} {status} ({-(-written.bytes // 1000)} kB)"
