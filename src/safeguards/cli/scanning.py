"""Wires a scan: which files, which settings, which cache, on how many cores."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any

import msgspec

from safeguards.cli.configuration import find_config
from safeguards.config.find import Found, find_in
from safeguards.config.schema import Scan
from safeguards.errors import ConfigError, UsageError
from safeguards.findings import Finding, relocate
from safeguards.globs import matches, rebase
from safeguards.report.findings_json import Counts, encode
from safeguards.scan.cache import FactsCache
from safeguards.scan.dump import dump
from safeguards.scan.engine import extract_one, scan_and_resolve
from safeguards.scan.settings import ScanSettings
from safeguards.scan.sources import Sources
from safeguards.system.cache import FactsStore, cache_folder
from safeguards.system.clock import SystemClock
from safeguards.system.committed import collect_commit, collect_index, collect_settings
from safeguards.system.parallel import map_bytes
from safeguards.system.project import Project, locate, locate_committed
from safeguards.system.source_files import write_output
from safeguards.system.sources import Collected, judged
from safeguards.system.work_tree import collect_work_tree


class Request(msgspec.Struct, frozen=True):
    """What the command line asked for."""

    paths: tuple[str, ...]
    staged: bool
    rev: str | None
    config_path: Path | None
    strict: bool


class Outcome(msgspec.Struct, frozen=True):
    """A finished scan; paths are relative to the current folder."""

    counts: Counts
    findings: tuple[Finding, ...]
    models: Callable[[], dict[str, Any]]

    def summary(self) -> str:
        """One line about what was judged."""
        c = self.counts
        return (
            f"{c.files} files, {c.models} models, {c.relationships} relationships, "
            f"{c.undecided} undecided, {c.duration_ms} ms"
        )


def run_scan(request: Request) -> Outcome:
    """Scan as asked. Raises `UsageError` and `ConfigError`; never for what the files hold."""
    clock = SystemClock()
    started = clock.monotonic()
    committed = request.staged or request.rev is not None
    locate_project = locate_committed if committed else locate
    project = locate_project(Path.cwd(), request.paths)
    found = _config(project, request)
    collected = _collect(project, request)
    settings = _settings(project, collected, found, request)
    store = _store(project)
    cache = FactsCache(store.load() if store else None)
    result, resolution = scan_and_resolve(
        Sources(collected.files, collected.unreadable),
        settings,
        cache=cache,
        extract_all=partial(map_bytes, extract_one),
    )
    if store and cache.changed:
        store.save(cache.encode())
    findings = tuple(relocate(finding, project.display) for finding in result.findings)
    elapsed = round((clock.monotonic() - started) * 1000)
    return Outcome(
        Counts(result.files, result.models, result.relationships, result.undecided, elapsed),
        findings,
        lambda: dump(
            resolution,
            lambda path: settings.judged is None or path in settings.judged,
            project.display,
        ),
    )


def write_models(path: Path, models: dict[str, Any]) -> None:
    """Write the model dump; raises `UsageError` when the file cannot be written."""
    try:
        write_output(path, encode(models).encode())
    except OSError as error:
        raise UsageError(
            f"cannot write {path}: {error.strerror}", hint="name another file for --dump-models"
        ) from error


def _config(project: Project, request: Request) -> Found | None:
    """The configuration from where the code is read: the index or a commit has its own."""
    committed = request.staged or request.rev is not None
    if not committed or request.config_path is not None:
        return find_config(Path.cwd(), request.config_path, project.repository)
    inside = project.here.relative_to(project.top) if project.here != project.top else Path()
    return find_in(collect_settings(project, request.rev), inside.as_posix())


def _collect(project: Project, request: Request) -> Collected:
    if request.rev is not None:
        return collect_commit(project, request.rev)
    return collect_index(project) if request.staged else collect_work_tree(project)


def _settings(
    project: Project, collected: Collected, found: Found | None, request: Request
) -> ScanSettings:
    scan = found.config.scan if found else Scan()
    folder = _folder(project, found)
    include, exclude = rebase(scan.paths, folder), rebase(scan.exclude, folder)
    if found and include and not any(matches(path, include) for path in collected.files):
        raise ConfigError(
            f"{found.path}: scan.paths: no Python file lies in {', '.join(scan.paths)}",
            hint=f"correct scan.paths in {found.path}",
        )
    ignores = tuple(
        (rebase((glob,), folder)[0], frozenset(codes))
        for glob, codes in scan.per_file_ignores.items()
    )
    roots = tuple(str(PurePosixPath(folder) / root) for root in scan.source_roots)
    return ScanSettings(
        source_roots=tuple("" if root == "." else root for root in roots),
        ignore=frozenset(scan.ignore),
        error=frozenset(scan.error),
        per_file_ignores=ignores,
        sqlalchemy=scan.sqlalchemy or "2.1",
        strict=request.strict,
        judged=judged(project, collected, include=include, exclude=exclude),
    )


def _folder(project: Project, found: Found | None) -> str:
    """The folder of the configuration, as a project path."""
    if found is None:
        return ""
    folder = Path(found.folder)
    if not folder.is_absolute():
        return folder.as_posix()
    return folder.relative_to(project.top).as_posix() if folder.is_relative_to(project.top) else ""


def _store(project: Project) -> FactsStore | None:
    repository = project.repository
    folder = cache_folder(repository.common_dir if repository else None)
    return FactsStore(folder / "facts") if folder else None
