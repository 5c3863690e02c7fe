"""Tells a webhook what is news, and a dead man's switch that there was a run."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import msgspec

from safeguards.errors import RefusedError, UnreachableError
from safeguards.notify.event import news
from safeguards.notify.marker import read, written
from safeguards.notify.ping import ping_url
from safeguards.notify.text import payload

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.journal.journal import Journal
    from safeguards.system.clock import Clock
    from safeguards.system.sending import Sender

PATIENCE = 6.0
"""Seconds that a try may take; there are two."""

PAUSE = 1.0
"""Seconds between them."""


class Way(msgspec.Struct, frozen=True):
    """How something gets to a URL."""

    sender: Sender
    clock: Clock
    url: str

    def post(self, url: str, content: bytes, kind: str) -> None:
        """Send it, twice when the server has an outage. Raises `UnreachableError`."""
        try:
            return self._once(url, content, kind)
        except RefusedError:
            raise
        except UnreachableError:
            self.clock.sleep(PAUSE)
        return self._once(url, content, kind)

    def _once(self, url: str, content: bytes, kind: str) -> None:
        headers = {"content-type": kind}
        sent = self.sender.send("POST", url, headers=headers, content=content, timeout=PATIENCE)
        if 200 <= sent.status < 300:
            return
        host = urlsplit(url).hostname
        told = f"{host} answered {sent.status}"
        if 300 <= sent.status < 400:
            told += ", which sends on to another place; nothing was sent there"
        # 429 and an outage may be over in a moment; anything else is meant.
        meant = sent.status < 500 and sent.status != 429
        raise (RefusedError if meant else UnreachableError)(told)


def tell_webhook(
    way: Way, journal: Journal | None, verdict: Verdict
) -> Iterator[str | UnreachableError]:
    """POST what is news, once. Without a journal every failing run is news.

    Raises `UnreachableError` when it could not be told; the next run tries again then.
    """
    at, before = verdict.started_at, None
    if journal:
        try:
            before = journal.told(verdict.target)
        except UnreachableError as error:
            yield error
            journal = None
    found = news(read(before) if before else None, verdict, at)
    if found is None:
        return
    if journal:
        # First, so that a run beside this one does not tell it too.
        yield from _remember(journal, verdict, written(found.marker))
    if found.event is None:
        return
    try:
        way.post(way.url, payload(found.event, found.marker, verdict), "application/json")
    except UnreachableError:
        if journal:
            yield from _remember(journal, verdict, before)
        raise
    yield f"told: {found.event}"


def _remember(journal: Journal, verdict: Verdict, marker: str | None) -> Iterator[UnreachableError]:
    try:
        journal.tell(verdict.target, marker, verdict.started_at)
    except UnreachableError as error:
        yield error


def ping(way: Way, told: Sequence[tuple[Verdict, str]]) -> None:
    """Say that there was a run of these verdicts and reports, and whether all of them passed.

    Raises `UnreachableError` when it cannot.
    """
    passed = all(verdict.status == "pass" for verdict, _ in told)
    url = ping_url(way.url, passed=passed, run=str(uuid.uuid4()))
    text = "".join(f"{report}exit code {verdict.exit_code}\n" for verdict, report in told)
    content = text.encode("utf-8", "backslashreplace")[-LONGEST:]
    way.post(url, content, "text/plain; charset=utf-8")


LONGEST = 10_000
"""Bytes of a report that a ping carries, its end: as much as any server keeps."""
