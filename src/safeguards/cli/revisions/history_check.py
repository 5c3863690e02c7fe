"""Wires `migrations check`: the tree that was asked for, and the commit that counts as live."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path, PurePath, PurePosixPath

import msgspec

from safeguards.cli.configuration import find_config
from safeguards.cli.revisions.histories import Case, Judged, judge
from safeguards.cli.revisions.history_files import Collector
from safeguards.cli.revisions.history_settings import committed_settings, settings_of
from safeguards.cli.rule_codes import warn_of_unknown
from safeguards.config.find import Found
from safeguards.config.schema import Push
from safeguards.findings import Finding, relocate
from safeguards.report.excerpt import Excerpts
from safeguards.report.findings_json import HistoryCounts
from safeguards.system.git import Repository
from safeguards.system.git_history import known_commit, merge_base
from safeguards.system.project import Project, locate, locate_committed
from safeguards.system.trees import Tree, WorkTree, plain_names

SHA256 = 64
"""Digits of a commit's name where git uses SHA-256."""


class HistoryRequest(msgspec.Struct, frozen=True):
    """What the command line asked for; with neither, the work tree is read."""

    staged: bool
    rev: str | None
    config_path: Path | None


class Looked(msgspec.Struct, frozen=True):
    """A judged tree of a project; its paths are relative to the project's top."""

    project: Project
    tree: Tree
    judged: Judged


class Checked(msgspec.Struct, frozen=True):
    """A finished check; paths are relative to the current folder."""

    counts: HistoryCounts
    findings: tuple[Finding, ...]
    environments: int
    contents: Mapping[str, bytes]

    def summary(self) -> str:
        """One line about what was judged."""
        c = self.counts
        return (
            f"{self.environments} Alembic environment{'s' * (self.environments != 1)}, "
            f"{c.revisions} revision{'s' * (c.revisions != 1)}, {c.duration_ms} ms"
        )

    def excerpts(self) -> Excerpts:
        """The lines of the files that the findings speak of."""
        return {
            path: content.decode("utf-8", "replace").splitlines()
            for path, content in self.contents.items()
        }


def run_check(request: HistoryRequest) -> Checked:
    """Check as asked. Raises `UsageError` and `ConfigError`; never for what the files hold."""
    looked = look(request)
    project, judged = looked.project, looked.judged
    mentioned = {f.place.path for f in judged.findings}
    mentioned |= {related.place.path for f in judged.findings for related in f.related}
    return Checked(
        HistoryCounts(len(judged.files), judged.revisions, judged.duration_ms),
        tuple(relocate(finding, project.display) for finding in judged.findings),
        len(judged.histories),
        {project.display(path): text for path, text in looked.tree.read(mentioned).items()},
    )


def look(request: HistoryRequest) -> Looked:
    """The histories themselves, and what is wrong with them; raises as `run_check`."""
    committed = request.staged or request.rev is not None
    project = (locate_committed if committed else locate)(Path.cwd(), ())
    repository = project.repository
    collector = Collector(repository)
    head = repository.head() if repository else None
    commit = repository.resolve(request.rev) if repository and request.rev is not None else None
    tree = _tree(collector, project, request, commit, head)
    found = _config(project, tree, request, committed=committed)
    if found is not None:
        warn_of_unknown(found)
    settings = settings_of(found, _folder(project, found))
    before = _live(repository, found, commit, head)
    judged = judge(Case(collector, tree, settings, before, at_hand=commit is None))
    return Looked(project, tree, judged)


def _tree(
    collector: Collector,
    project: Project,
    request: HistoryRequest,
    commit: str | None,
    head: str | None,
) -> Tree:
    if commit is not None:
        return collector.commit(commit)
    if request.staged:
        return collector.index()
    if project.repository is None:
        return WorkTree(project.top, plain_names(project.top))
    algorithm = "sha256" if head and len(head) == SHA256 else "sha1"
    return WorkTree(project.top, frozenset(project.repository.work_tree_files()), algorithm)


def _config(
    project: Project, tree: Tree, request: HistoryRequest, *, committed: bool
) -> Found | None:
    """The configuration from where the code is read: the index or a commit has its own."""
    if not committed or request.config_path is not None:
        return find_config(Path.cwd(), request.config_path, project.repository)
    inside = project.here.relative_to(project.top) if project.here != project.top else Path()
    return committed_settings(tree, inside.as_posix())


def _folder(project: Project, found: Found | None) -> PurePath:
    """The folder of the configuration, relative to the top; the top itself when it lies outside."""
    folder = PurePosixPath() if found is None else found.folder
    if not folder.is_absolute():
        return folder
    inside = folder.is_relative_to(project.top)
    return folder.relative_to(project.top) if inside else PurePosixPath()


def _live(
    repository: Repository | None, found: Found | None, commit: str | None, head: str | None
) -> str | None:
    """The newest commit of the deploy branch's remote-tracking branch that is known here.

    What the branch gained since is not compared: who has not merged it has not deleted it.
    """
    start = commit or head
    if repository is None or start is None:
        return None
    push = found.config.push if found else Push()
    tracked = known_commit(repository, f"refs/remotes/{push.remote}/{push.branches[0]}")
    if tracked is None:
        return None
    merged = known_commit(repository, "MERGE_HEAD") if commit is None else None
    return merge_base(repository, tracked, start, *((merged,) if merged else ()))
