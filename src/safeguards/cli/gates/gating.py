"""Wires the gate: which refs of a push deploy, and what each check sees of their commits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from safeguards.cli import crash
from safeguards.cli.configuration import find_config
from safeguards.cli.gates.request import GateRequest
from safeguards.cli.redact import REDACTOR
from safeguards.config.choose import pick_target
from safeguards.config.find import find_in
from safeguards.errors import ConfigError, SafeguardsError, UsageError
from safeguards.gate import decide
from safeguards.gate.decide import Subject
from safeguards.gate.refs import deployed, is_zero
from safeguards.push.urls import same_place
from safeguards.system.clock import SystemClock
from safeguards.system.committed import collect_settings
from safeguards.system.project import Project
from safeguards.system.remotes import remote_urls

if TYPE_CHECKING:
    from safeguards.checks import Action
    from safeguards.cli.revisions.histories import Judged
    from safeguards.config.find import Found
    from safeguards.pushed import CheckName, GateCheck, GateVerdict, PushedRef
    from safeguards.system.git import Repository


def run_gate(request: GateRequest) -> GateVerdict:
    """Judge the commits that the push puts on deploy branches, as the object database has them.

    The work tree and the current folder change nothing. Raises `ConfigError` for a wrong
    configuration and `UsageError` for a commit that is not here; any other error of a check
    refuses the push.
    """
    push = request.config.push
    refs = deployed(request.refs, push.branches)
    if not refs:
        return decide.conclude((), ())
    if request.skip:
        return decide.skip_all(refs, push.gate, request.skip)
    commits = {ref.local_oid: _commit(request.repository, ref) for ref in refs}
    return _Gate(request).judge(refs, decide.subjects(refs, commits))


def push_settings(
    repository: Repository, cwd: Path, path: Path | None
) -> tuple[Found | None, Path]:
    """The settings of `push` and `targets`, and the folder that paths in them count from.

    From the file that `--config` names, else from the top of the work tree, wherever in it this
    was called; without a work tree from the commit that HEAD names.
    """
    if path is not None or repository.top is not None:
        found = find_config(cwd if path else repository.top or cwd, path, repository)
        folder = Path(found.folder) if found else repository.top or repository.git_dir
        return found, folder
    top = repository.git_dir
    if repository.head() is None:
        return None, top
    found = find_in(collect_settings(Project(top, top, repository, ()), "HEAD"))
    if found is not None:
        found = msgspec.structs.replace(found, folder=top / found.folder)
    return found, top


def is_deploy_remote(repository: Repository, remote: str, url: str, followed: str) -> bool:
    """Whether a push to `remote` at `url`, as git names them to its hook, is one to `followed`.

    By name, or by a URL that leads to where `followed` is fetched from or pushed to.
    """
    if remote == followed:
        return True
    base = str(repository.top or repository.git_dir)
    return any(same_place(url or remote, own, base) for own in remote_urls(repository, followed))


def _commit(repository: Repository, ref: PushedRef) -> str:
    commit = repository.commit_of(ref.local_oid)
    if commit is None:
        raise UsageError(
            f"{ref.local_oid}, which is pushed to {ref.remote_ref}, is no commit of this"
            " repository",
            hint="a shallow or partial clone lacks it: git fetch --unshallow, then push again",
        )
    return commit


class _Gate:
    """One run; remembers what several checks ask of the same commit."""

    def __init__(self, request: GateRequest) -> None:
        self._request = request
        self._repository = request.repository
        self._clock = SystemClock()
        self._top = self._repository.top or self._repository.git_dir
        # Where, as a project path, the configuration of a judged commit is looked for upwards.
        self._start = _inside(request.folder, self._top)
        self._befores: dict[str, str | None] = {}
        self._judged: dict[tuple[str, str | None], Judged] = {}
        self._skipped: list[str] = []
        self._repair = ""
        self._actions: list[Action] = []

    def judge(self, refs: tuple[PushedRef, ...], subjects: tuple[Subject, ...]) -> GateVerdict:
        checks: Mapping[CheckName, Callable[[Subject], GateCheck]] = {
            "scan": self._scan,
            "history": self._history,
            "production": self._production(),
        }
        made = tuple(
            self._guarded(name, checks[name], subject)
            for name in dict.fromkeys(self._request.config.push.gate)
            for subject in subjects
        )
        return decide.conclude(
            refs,
            made,
            skipped=self._skipped,
            repair=self._repair,
            next_actions=self._actions,
        )

    def _guarded(
        self, name: CheckName, check: Callable[[Subject], GateCheck], subject: Subject
    ) -> GateCheck:
        """The check; an error in it is a refusal, except what the user has to correct."""
        started = self._clock.monotonic()
        try:
            return check(subject)
        except (ConfigError, UsageError):
            raise
        except SafeguardsError as error:
            message, hint = error.message, error.hint
        except Exception as error:  # noqa: BLE001  whatever it is, it must not let a push pass
            message = f"a bug in safeguards: {type(error).__name__}: {error}"
            hint = crash.log_hint(error)
        elapsed = round((self._clock.monotonic() - started) * 1000)
        return decide.broken_check(
            name, subject, REDACTOR.clean(message), REDACTOR.clean(hint), elapsed
        )

    def _scan(self, subject: Subject) -> GateCheck:
        from safeguards.cli.scans.scanning import Request, run_scan

        top = self._top
        outcome = run_scan(
            Request(
                paths=(),
                staged=False,
                rev=subject.commit,
                config_path=None,
                strict=False,
                project=Project(top, top, self._repository, ()),
                start=self._start,
            )
        )
        c = outcome.counts
        summary = f"{_count(c.files, 'file')}, {_count(c.models, 'model')}"
        return decide.read_check("scan", subject, outcome.findings, summary, c.duration_ms)

    def _history(self, subject: Subject) -> GateCheck:
        befores = dict.fromkeys(self._before(ref) for ref in subject.refs)
        judged = [self._judge(subject.commit, before) for before in befores]
        graph = judged[0].graph
        summary = "no Alembic environment"
        if graph is not None:
            heads = ", ".join(sorted(graph.heads))
            summary = _count(len(graph.revisions), "revision") + (heads and f", head {heads}")
        return decide.read_check(
            "history",
            subject,
            (finding for each in judged for finding in each.findings),
            summary,
            sum(each.duration_ms for each in judged),
        )

    def _production(self) -> Callable[[Subject], GateCheck]:
        """Asks production once, whatever the number of commits, and nobody without a target."""
        request = self._request
        found = request.found
        if found is None or not found.config.targets:
            if request.target is not None:
                pick_target(request.config, request.target)
            return _without_target
        from safeguards.cli.gates.gating_production import ProductionGate

        gate = ProductionGate(request, found, self._start)

        def check(subject: Subject) -> GateCheck:
            before = self._before(subject.refs[0])
            judgement = gate.judge(subject, self._judge(subject.commit, before))
            self._repair = self._repair or judgement.repair
            self._actions += judgement.next_actions
            if judgement.unasked:
                self._skipped.append(f"production: {judgement.unasked}")
            return judgement.check

        return check

    def _judge(self, commit: str, before: str | None) -> Judged:
        from safeguards.cli.revisions.histories import judge_commit

        if (commit, before) not in self._judged:
            self._judged[commit, before] = judge_commit(
                self._repository, commit, before=before, folder=self._start
            )
        return self._judged[commit, before]

    def _before(self, ref: PushedRef) -> str | None:
        """The commit that the remote has; None for a new branch, or when it is not here."""
        if is_zero(ref.remote_oid):
            return None
        if ref.remote_oid not in self._befores:
            self._befores[ref.remote_oid] = self._repository.commit_of(ref.remote_oid)
        before = self._befores[ref.remote_oid]
        if before is None:
            self._skipped.append(
                f"history: what {ref.remote_ref} had before ({ref.remote_oid[: decide.SHORT]}) is"
                " not here, so nobody looked whether a revision of it was edited"
            )
        return before


def _without_target(subject: Subject) -> GateCheck:
    return decide.skipped_check("production", "no target is configured", subject)


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'s' * (number != 1)}"


def _inside(folder: Path, top: Path) -> str:
    return folder.relative_to(top).as_posix() if folder.is_relative_to(top) else ""
