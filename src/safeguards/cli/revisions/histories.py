"""Wires the check of Alembic histories: which tree, which settings, what is live already."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath

import msgspec

from safeguards.cli.revisions.history_files import Collector, LateFiles
from safeguards.cli.revisions.history_settings import (
    HistorySettings,
    committed_settings,
    settings_of,
)
from safeguards.findings import Finding, Place
from safeguards.migrations.check import check
from safeguards.migrations.environments import belongs
from safeguards.migrations.graph import Graph
from safeguards.migrations.history import History, Question
from safeguards.system.clock import SystemClock
from safeguards.system.git import Repository
from safeguards.system.git_history import known_commit, left_out, whereabouts
from safeguards.system.trees import Tree

MOST_SEARCHES = 5
"""Revisions that git is searched for: each search may take seconds."""


class Judged(msgspec.Struct, frozen=True):
    """A judged tree. Paths are relative to the repository's top.

    `graph` is that of the first environment, None when the tree has none; `files` are the
    revision files of all of them, read when they are asked for.
    """

    findings: tuple[Finding, ...]
    graph: Graph | None
    files: Mapping[str, bytes]
    duration_ms: int
    histories: tuple[History, ...] = ()

    @property
    def revisions(self) -> int:
        """How many revisions there are."""
        return sum(len(history.by_id) for history in self.histories)


class Case(msgspec.Struct, frozen=True):
    """What is judged: a tree, the settings for it, and the commit that is live (full name).

    `at_hand` tells that the work tree is about to be committed: what git leaves out is missed.
    """

    collector: Collector
    tree: Tree
    settings: HistorySettings
    before: str | None
    at_hand: bool = False


def judge_commit(
    repository: Repository, commit: str, *, before: str | None, folder: str = ""
) -> Judged:
    """Judge the histories in a commit, given by its full name, by its own settings.

    `before` is the full name of the commit that is live, None when that is not known. `folder`
    is where the search for the settings begins, relative to the top. Raises `ConfigError`.
    """
    collector = Collector(repository)
    tree = collector.commit(commit)
    found = committed_settings(tree, folder)
    at = found.folder if found is not None else PurePosixPath()
    return judge(Case(collector, tree, settings_of(found, at), before))


def excused(
    repository: Repository, commit: str, findings: Iterable[Finding], *, folder: str = ""
) -> tuple[Finding, ...]:
    """The findings on revision files of a commit without those that it ignores, by a comment or
    by its settings; `folder` as for `judge_commit`.
    """
    given = list(findings)
    tree = Collector(repository).commit(commit)
    found = committed_settings(tree, folder)
    settings = settings_of(found, found.folder if found is not None else PurePosixPath())
    rules = {finding.rule for finding in given}
    paths = sorted({finding.place.path for finding in given})
    return tuple(each for each in settings.applied(given, paths, tree) if each.rule in rules)


def judge(case: Case) -> Judged:
    """Judge every history in a tree; never raises for what its files hold."""
    clock = SystemClock()
    started = clock.monotonic()
    collector, settings = case.collector, case.settings
    now, troubles = collector.histories(case.tree, settings)
    before, unknown = _before(case, now)
    findings = check(*_questions(case, now, before))
    findings += [*(_trouble(path, why) for path, why in troubles), *unknown]
    findings = settings.applied(findings, _commented(now), case.tree)
    collector.save()
    return Judged(
        findings=tuple(findings),
        graph=now[0].graph if now else None,
        files=LateFiles(case.tree, [path for history in now for path in history.files]),
        duration_ms=round((clock.monotonic() - started) * 1000),
        histories=now,
    )


def _before(
    case: Case, now: tuple[History, ...]
) -> tuple[tuple[History, ...] | None, list[Finding]]:
    """The histories that are live; a warning when their commit is not in this repository."""
    repository = case.collector.repository
    if case.before is None or repository is None:
        return None, []
    commit = known_commit(repository, case.before)
    if commit is None:
        where = now[0].config if now else "alembic.ini"
        text = f"commit {case.before[:12]} is live and not in this repository"
        message = f"{text}: whether applied revisions were edited is not known"
        return None, [_warning("SG207", "applied-migration-edited", where, message, "git fetch")]
    tree = case.collector.commit(commit)
    return case.collector.histories(tree, case.settings, missing_ok=True)[0], []


def _questions(
    case: Case, now: tuple[History, ...], before: tuple[History, ...] | None
) -> Iterator[Question]:
    repository = case.collector.repository
    folders = sorted({f for history in now for f in history.environment.version_locations})
    ignored, untracked = _left_out(case, folders)

    asked: set[str] = set()

    def find(name: str) -> str:
        asked.add(name)
        if repository is None or len(asked) > MOST_SEARCHES:
            return ""
        return whereabouts(repository, name, folders)

    for history in (*now, *_gone(now, before or ())):
        yield Question(
            now=history,
            before=before,
            others=tuple(other for other in now if other is not history),
            dialect=case.settings.dialect,
            ignored=_inside(history, ignored),
            untracked=_inside(history, untracked),
            whereabouts=find,
        )


def _gone(now: Iterable[History], before: Iterable[History]) -> Iterator[History]:
    """Live histories of which nothing is left, as empty ones."""
    left = {name for history in now for name in history.by_id}
    places = {history.environment.script_location for history in now}
    for old in before:
        if left.isdisjoint(old.by_id) and old.environment.script_location not in places:
            yield History(old.config, old.environment, {})


def _left_out(case: Case, folders: Iterable[str]) -> tuple[list[str], list[str]]:
    repository = case.collector.repository
    if not case.at_hand or repository is None:
        return [], []
    return left_out(repository, folders)


def _inside(history: History, paths: Iterable[str]) -> frozenset[str]:
    return frozenset(path for path in paths if belongs(history.environment, path))


def _commented(histories: Iterable[History]) -> list[str]:
    return sorted(
        path for history in histories for path, file in history.files.items() if file.commented
    )


def _trouble(path: str, why: str) -> Finding:
    return _warning(
        "SG205",
        "unreadable-migration",
        path,
        f"the history that this file names is not judged: {why}",
        "Name the settings of Alembic with migrations.config, or exclude this file with "
        "scan.exclude.",
    )


def _warning(code: str, name: str, path: str, message: str, way_out: str) -> Finding:
    return Finding(Place(path), code, name, "warning", " ".join(message.split()), help=way_out)
