"""Asks production for the gate: one full verify, judged by what production itself runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from safeguards.cli import crash
from safeguards.cli.health import Asking, ask_stages
from safeguards.cli.journal import open_journal, past_of
from safeguards.cli.production import open_production
from safeguards.cli.redact import REDACTOR
from safeguards.cli.revisions.histories import excused
from safeguards.errors import UnreachableError
from safeguards.gate import production as gate
from safeguards.health.build import build, running_migrations

if TYPE_CHECKING:
    from safeguards.cli.gates.request import GateRequest
    from safeguards.cli.revisions.histories import Judged
    from safeguards.config.find import Found
    from safeguards.gate.decide import Subject
    from safeguards.health.stages.migrations import Facts
    from safeguards.migrations.graph import Graph


class ProductionGate:
    """The production of one push. It is asked when the first commit is judged, and only once."""

    def __init__(self, request: GateRequest, found: Found, start: str) -> None:
        self._request = request
        self._found = found
        self._start = start
        self._seen: gate.Seen | None = None

    def judge(self, subject: Subject, judged: Judged) -> gate.Judgement:
        """Whether production can take this commit. Raises `ConfigError` and `UsageError`."""
        if self._seen is None:
            self._seen = self._ask()
        graph = _graph(judged, self._seen.applied)
        edited = gate.edited(self._seen, graph, judged.files)
        if edited:
            edited = excused(self._request.repository, subject.commit, edited, folder=self._start)
        # By now the target's secrets are known, should the reason hold one.
        repair = REDACTOR.clean(self._request.repair)
        policy = gate.Policy(self._request.config.push.unreachable, repair)
        return gate.judge(subject, self._seen, graph, edited, policy)

    def _ask(self) -> gate.Seen:
        request = self._request
        journal = open_journal(request.repository, request.folder)
        production = open_production(self._found, request.target, *past_of(journal))
        facts: list[Facts] = []
        bugs: list[Exception] = []

        def crashed(error: Exception) -> str:
            bugs.append(error)
            return crash.log_hint(error)

        wanted, seams = production.wanted, production.seams
        migrations = running_migrations(wanted.alembic, seams, facts.append)
        verdict = ask_stages(
            production,
            {**build(wanted, seams, quick=False), "migrations": migrations},
            Asking("full", 0, None),
            color=request.color,
            crashed=crashed,
        )
        seen = facts[0] if facts else None
        return gate.Seen(verdict, _applied(seen), _files(seen), bool(bugs))


def _graph(judged: Judged, applied: frozenset[str] | None) -> Graph | None:
    """The history that production follows: of several the one that knows what is applied."""
    for history in judged.histories:
        if applied and applied <= frozenset(history.graph.revisions):
            return history.graph
    return judged.graph


def _applied(facts: Facts | None) -> frozenset[str] | None:
    if facts is None or isinstance(facts.applied, UnreachableError):
        return None
    return facts.applied


def _files(facts: Facts | None) -> Mapping[str, bytes]:
    if facts is None or facts.image is None or isinstance(facts.image, UnreachableError):
        return {}
    return facts.image.files
