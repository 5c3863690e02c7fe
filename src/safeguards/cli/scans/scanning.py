"""Wires a scan: which files, which settings, which cache, on how many cores."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from safeguards.cli.configuration import find_config
from safeguards.cli.rule_codes import warn_of_unknown
from safeguards.cli.scans.baselining import BaselineFile, without_known, write_baseline
from safeguards.cli.scans.counting import Counting
from safeguards.cli.scans.importing import Imports, ask_project
from safeguards.cli.scans.judged_version import judged_version
from safeguards.cli.scans.judging import Kept, judge
from safeguards.config.find import Found, find_in
from safeguards.contents import ChangedMeanwhileError
from safeguards.errors import ConfigError
from safeguards.findings import Finding, relocate
from safeguards.globs import matches, rebase
from safeguards.report.findings_json import Counts
from safeguards.scan.settings import ScanSettings
from safeguards.scan.sources import Sources
from safeguards.system.clock import SystemClock
from safeguards.system.committed import (
    Listing,
    collect_commit,
    collect_index,
    collect_settings,
    list_commit,
)
from safeguards.system.environment import stderr_is_terminal
from safeguards.system.installed import folder_of
from safeguards.system.project import Project, locate, locate_committed
from safeguards.system.project_files import ProjectFiles, project_files
from safeguards.system.sources import Collected, judged
from safeguards.system.work_tree import collect_work_tree

if TYPE_CHECKING:
    from safeguards.cli.scans.fixing import Fixes, Fixing
    from safeguards.diagram import Diagram
    from safeguards.scan.resolve.build import Resolution


class Request(msgspec.Struct, frozen=True):
    """What the command line asked for.

    `project` is the one that the current folder and the PATHs lie in, unless it is given.
    """

    paths: tuple[str, ...]
    staged: bool
    rev: str | None
    config_path: Path | None
    strict: bool
    write_baseline: bool = False
    imports: Imports | None = None
    fixing: Fixing | None = None
    color: bool = True
    project: Project | None = None
    start: str | None = None
    """Folder, as a project path, from which a commit's configuration is looked for upwards."""

    @property
    def committed(self) -> bool:
        """Whether the index or a commit is read, not the work tree."""
        return self.staged or self.rev is not None


class Outcome(msgspec.Struct, frozen=True):
    """A finished scan; paths are relative to the current folder.

    `contents` holds the files that the findings speak of.
    """

    counts: Counts
    findings: tuple[Finding, ...]
    contents: Mapping[str, bytes]
    models: Callable[[], dict[str, Any]]
    diagram: Callable[[], Diagram]
    fixes: Fixes | None = None

    def summary(self) -> str:
        """One line about what was judged."""
        c = self.counts
        known = f"{c.known} known, " if c.known else ""
        return (
            f"{c.files} file{'s' * (c.files != 1)}, {c.models} model{'s' * (c.models != 1)}, "
            f"{c.relationships} relationship{'s' * (c.relationships != 1)}, "
            f"{c.undecided} undecided, {known}{c.duration_ms} ms"
        )


def run_scan(request: Request) -> Outcome:
    """Scan as asked. Raises `UsageError` and `ConfigError`; never for what the files hold."""
    try:
        return _run(request)
    except ChangedMeanwhileError:
        return _run(request, afresh=True)


def _run(request: Request, *, afresh: bool = False) -> Outcome:
    """With `afresh` every file is read now, whatever earlier runs knew of it."""
    clock = SystemClock()
    started = clock.monotonic()
    locate_project = locate_committed if request.committed else locate
    project = request.project or locate_project(Path.cwd(), request.paths)
    listing = None if request.rev is None else list_commit(project, request.rev)
    found = _config(project, request, listing)
    if found is not None:
        warn_of_unknown(found)
    kept = Kept(project)
    collected = _collect(project, request, None if afresh else kept, listing)
    files = project_files(project, committed=request.committed, rev=request.rev, listing=listing)
    settings = _settings(project, collected, found, request, files)
    fixes = None
    terminal = stderr_is_terminal()
    if request.fixing is not None:
        from safeguards.cli.scans.fixing import fix

        with Counting(clock, terminal=terminal, quiet=False, color=request.color) as counting:
            fixes = fix(request.fixing, project, collected, settings, kept.facts, counting)
        collected = fixes.collected
    review = None
    if request.imports is not None:
        roots = settings.source_roots
        review = ask_project(request.imports, project, collected.files, roots)
    sources = Sources(collected.files, collected.unreadable)
    with Counting(clock, terminal=terminal, quiet=request.staged, color=request.color) as counting:
        result, resolution = judge(kept, sources, settings, review, counting.tick)
    findings, known = _new(project, request, found, collected, files, settings, result.findings)
    contents = {
        project.display(path): collected.files[path]
        for path in _mentioned(findings)
        if path in collected.files
    }

    def is_judged(path: str) -> bool:
        return settings.judged is None or path in settings.judged

    elapsed = round((clock.monotonic() - started) * 1000)
    return Outcome(
        Counts(result.files, result.models, result.relationships, result.undecided, elapsed, known),
        tuple(relocate(finding, project.display) for finding in findings),
        contents,
        lambda: _dump(resolution(), is_judged, project),
        lambda: _draw(resolution(), result.findings, is_judged),
        fixes,
    )


def _dump(
    resolution: Resolution, is_judged: Callable[[str], bool], project: Project
) -> dict[str, Any]:
    from safeguards.scan.dump import dump

    return dump(resolution, is_judged, project.display)


def _draw(
    resolution: Resolution, findings: tuple[Finding, ...], is_judged: Callable[[str], bool]
) -> Diagram:
    from safeguards.scan.graph import draw

    return draw(resolution, findings, is_judged)


def _mentioned(findings: Iterable[Finding]) -> Iterator[str]:
    for finding in findings:
        yield finding.place.path
        yield from (related.place.path for related in finding.related)
        yield from (edit.path for edit in finding.fix.edits) if finding.fix else ()


def _new(
    project: Project,
    request: Request,
    found: Found | None,
    collected: Collected,
    files: ProjectFiles,
    settings: ScanSettings,
    findings: tuple[Finding, ...],
) -> tuple[tuple[Finding, ...], int]:
    """The findings that no baseline knows, and how many it knows; writes it where asked to."""
    wanted = found.config.scan.baseline if found else None
    file = BaselineFile.of(_folder(project, found), wanted)
    if request.write_baseline:
        known = write_baseline(project, file, findings)
        return tuple(f for f in findings if f.severity == "info"), known

    def judged(path: str) -> bool:
        gone = path not in collected.files and path not in collected.unreadable
        return settings.judged is None or path in settings.judged or (gone and not project.named)

    return without_known(file, files, findings, settings, judged)


def _config(project: Project, request: Request, listing: Listing | None) -> Found | None:
    """The configuration from where the code is read: the index or a commit has its own."""
    if not request.committed or request.config_path is not None:
        return find_config(Path.cwd(), request.config_path, project.repository)
    start = request.start
    if start is None:
        inside = project.here.relative_to(project.top) if project.here != project.top else Path()
        start = inside.as_posix()
    return find_in(collect_settings(project, request.rev, listing), start)


def _collect(
    project: Project, request: Request, kept: Kept | None, listing: Listing | None
) -> Collected:
    if not request.committed:
        return collect_work_tree(project, kept.files() if kept else None)
    blobs = kept.blobs() if kept else None
    if request.rev is not None:
        return collect_commit(project, request.rev, blobs, listing)
    return collect_index(project, blobs)


def _settings(
    project: Project,
    collected: Collected,
    found: Found | None,
    request: Request,
    files: ProjectFiles,
) -> ScanSettings:
    folder = _folder(project, found)
    if found is None:
        return ScanSettings(
            sqlalchemy=judged_version(project, files, folder, collected.files),
            strict=request.strict,
            judged=judged(project, collected, include=(), exclude=()),
        )
    scan = found.config.scan
    include, exclude = rebase(scan.paths, folder), rebase(scan.exclude, folder)
    if include and not any(matches(path, include) for path in collected.files):
        raise ConfigError(
            f"{found.path}: scan.paths: no Python file lies in {', '.join(scan.paths)}",
            hint=f"correct scan.paths in {found.path}",
        )
    ignores = tuple(
        (rebase((glob,), folder)[0], frozenset(codes))
        for glob, codes in scan.per_file_ignores.items()
    )
    roots = tuple(str(PurePosixPath(folder) / root) for root in scan.source_roots)
    roots += tuple(_installed_roots(project))
    return ScanSettings(
        source_roots=tuple("" if root == "." else root for root in roots),
        ignore=frozenset(scan.ignore),
        error=frozenset(scan.error),
        per_file_ignores=ignores,
        sqlalchemy=scan.sqlalchemy or judged_version(project, files, folder, collected.files),
        strict=request.strict,
        judged=judged(project, collected, include=include, exclude=exclude),
    )


def _installed_roots(project: Project) -> Iterator[str]:
    """The folders of installed packages that PATHs lie in: imports start there."""
    for path in project.named:
        folder = folder_of(project.top / path)
        if folder is not None and folder.is_relative_to(project.top):
            yield folder.relative_to(project.top).as_posix()


def _folder(project: Project, found: Found | None) -> str:
    """The folder of the configuration, as a project path."""
    if found is None:
        return ""
    folder = Path(found.folder)
    if not folder.is_absolute():
        return folder.as_posix()
    return folder.relative_to(project.top).as_posix() if folder.is_relative_to(project.top) else ""
