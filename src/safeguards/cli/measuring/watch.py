"""One production that is asked again and again, by whoever wants its numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.checks import FAILED
from safeguards.cli import crash
from safeguards.cli.journal import record_verify
from safeguards.cli.looking import Wish, look
from safeguards.cli.measuring.asking import Setting, past
from safeguards.cli.production import open_production
from safeguards.cli.redact import REDACTOR
from safeguards.errors import SafeguardsError
from safeguards.metrics.kept import Kept, Known
from safeguards.metrics.samples import Report
from safeguards.system.clock import SystemClock

if TYPE_CHECKING:
    from safeguards.checks import Verdict
    from safeguards.metrics.past import Past

RECORDED = 300.0
"""Seconds between two records of one and the same verdict in the journal."""


class Seen(msgspec.Struct, frozen=True):
    """The last report that there is, and why it is not a new one."""

    report: Report | None
    error: str = ""


class Watch:
    """One production, asked when its numbers are older than `max_age` seconds.

    Raises `ConfigError` at once when it cannot be asked as it is configured.
    """

    def __init__(self, here: Setting, name: str, wish: Wish, *, max_age: float) -> None:
        self.name = name
        self._here = here
        self._wish = wish
        self._clock = SystemClock()
        self._last: Report | None = None
        self._recorded: tuple[object, float] | None = None
        self._success: str | None = None
        self._said = ""
        self._log = ""
        production = open_production(here.found, name, lambda _name: {})
        production.close()
        self._bound = production.seconds + max_age
        self._kept: Kept[Seen] = Kept(self._ask, self._clock, seconds=max_age)

    def newest(self, patience: float) -> Known[Seen] | None:
        """What is known, after waiting so many seconds at most for something new."""
        return self._kept.newest(patience)

    def health(self, known: Known[Seen] | None) -> str:
        """`pass`, or what it is instead: what was not seen lately is no pass."""
        if known is None:
            return "unknown, it was never seen"
        if known.value.error or known.value.report is None:
            return "unknown, it cannot be asked"
        if known.age > self._bound:
            return f"unknown, it was not seen for {known.age:.0f} s"
        return known.value.report.verdict.status

    def _ask(self) -> Seen:
        """Never raises: whoever asks has to get an answer."""
        try:
            verdict = look(
                self._here, self.name, self._wish, parts=_Silent(), crashed=self._crashed
            )
            if self._wish.keep:
                self._record(verdict)
            self._last = Report(verdict, self._past(verdict))
        except SafeguardsError as error:
            return self._failed(error.message)
        except Exception as error:  # noqa: BLE001  a server outlives a bug, and tells of it
            bug = f"a bug in safeguards: {type(error).__name__}: {error}; {self._crashed(error)}"
            return self._failed(bug)
        self._said = ""
        return Seen(self._last)

    def _record(self, verdict: Verdict) -> None:
        """Keep what is new, and now and then what is not: scrapes come every few seconds."""
        now, told = self._clock.monotonic(), _told(verdict)
        if self._recorded is not None:
            before, at = self._recorded
            if before == told and now - at < RECORDED:
                return
        record_verify(self._here.journal, verdict, self._clock)
        self._recorded = (told, now)

    def _past(self, verdict: Verdict) -> Past:
        """The journal does not hold every success that was seen here."""
        found = past(self._here, verdict)
        known = [at for at in (self._success, found.last_success) if at]
        self._success = max(known, default=None)
        return msgspec.structs.replace(found, last_success=self._success)

    def _failed(self, why: str) -> Seen:
        """Said once, not with every scrape."""
        if why != self._said:
            click.echo(REDACTOR.clean(f"error: {self.name}: {why}"), err=True)
        self._said = why
        return Seen(self._last, why)

    def _crashed(self, error: Exception) -> str:
        """One log for all crashes: while a server runs they are likely to be the same."""
        self._log = self._log or crash.log_hint(error)
        return self._log


def _told(verdict: Verdict) -> object:
    """What makes a verdict a new one: what is ill, and how often what restarted."""
    return verdict.exit_code, [
        (check.name, item.subject, item.status in FAILED, item.measures.get("restarts"))
        for check in verdict.checks
        for item in check.items
    ]


class _Silent:
    """Is told how a verify goes on, and says nothing: nobody watches."""

    def part(self, name: str, state: str) -> None:
        """One part ended."""

    def again(self, why: str) -> None:
        """All parts start anew."""
