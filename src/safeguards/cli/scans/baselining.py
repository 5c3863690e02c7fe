"""Wires the baseline of a scan: which file it is, reading it, writing it."""

from __future__ import annotations

import posixpath
from collections.abc import Callable

import click
import msgspec

from safeguards.errors import ConfigError, UsageError
from safeguards.findings import Finding, in_order
from safeguards.scan import baseline
from safeguards.scan.settings import ScanSettings
from safeguards.system.project import Project
from safeguards.system.project_files import ProjectFiles
from safeguards.system.source_files import write_output


class BaselineFile(msgspec.Struct, frozen=True):
    """Where the baseline lies, as a project path; `configured` when the configuration says so."""

    path: str
    configured: bool

    @classmethod
    def of(cls, folder: str, wanted: str | None) -> BaselineFile:
        """The file that `scan.baseline` names, else the usual one; relative to `folder`."""
        path = posixpath.normpath(posixpath.join(folder, wanted or baseline.DEFAULT_NAME))
        return cls(path, wanted is not None)


def without_known(
    file: BaselineFile,
    files: ProjectFiles,
    findings: tuple[Finding, ...],
    settings: ScanSettings,
    judged: Callable[[str], bool],
) -> tuple[tuple[Finding, ...], int]:
    """The findings that the baseline does not know, and how many it knows.

    Raises `ConfigError` when the configured file is missing or is no baseline.
    """
    content = files.read(file.path)
    if content is None and file.configured:
        raise ConfigError(
            f"scan.baseline: no such file: {file.path}",
            hint="write it with `safeguards scan --write-baseline`, and commit it",
        )
    if content is None:
        return findings, 0
    from safeguards.scan.suppress import weigh  # it loads every rule

    known = baseline.parse(content, file.path)
    matched = baseline.match(known, file.path, findings, judged)
    return tuple(in_order([*matched.new, *weigh(matched.stale, settings)])), matched.known


def write_baseline(project: Project, file: BaselineFile, findings: tuple[Finding, ...]) -> int:
    """Write the file and say so; how many findings it holds. Raises `UsageError` if it fails."""
    at = project.top / file.path
    try:
        write_output(at, baseline.write(findings, posixpath.dirname(file.path)))
    except OSError as error:
        raise UsageError(
            f"cannot write {project.display(file.path)}: {error.strerror}",
            hint="name another file as scan.baseline in the configuration",
        ) from error
    known = sum(map(baseline.is_kept, findings))
    accepted = f"{known} finding{'s' * (known != 1)} accepted"
    click.echo(f"wrote {project.display(file.path)}: {accepted}; commit it", err=True)
    return known
