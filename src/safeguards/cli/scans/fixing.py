"""`scan --fix`, `--unsafe-fixes` and `--diff`: what is asked, written and shown."""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
import msgspec

from safeguards.cli.output import emit
from safeguards.cli.scans.scan_options import ScanOptions
from safeguards.errors import UsageError
from safeguards.findings import Finding
from safeguards.report.printable import printable
from safeguards.scan.settings import ScanSettings
from safeguards.scan.sources import Sources
from safeguards.system.project import Project
from safeguards.system.source_files import rewrite
from safeguards.system.sources import Collected

if TYPE_CHECKING:
    from safeguards.cli.scans.counting import Counting
    from safeguards.scan.cache import FactsCache


class Fixing(msgspec.Struct, frozen=True):
    """Which fixes are wanted, and whether files are to be changed."""

    unsafe: bool
    write: bool


class Change(msgspec.Struct, frozen=True):
    """One file before and after its fixes; `shown` is its path for people."""

    path: Path
    shown: str
    before: bytes
    after: bytes


class Fixes(msgspec.Struct, frozen=True):
    """What fixing came to. `collected` is what the scan reads from now on."""

    fixing: Fixing
    fixed: int
    changes: tuple[Change, ...]
    collected: Collected


def fixing_of(options: ScanOptions) -> Fixing | None:
    """What the options ask for. Raises `UsageError` where they exclude each other."""
    if not (options.fix or options.unsafe_fixes or options.diff):
        return None
    if not options.diff and (options.staged or options.rev is not None):
        raise UsageError(
            "--fix changes the work tree, but --staged and --commit read something else",
            hint="leave them out, or see the fixes with --diff",
        )
    if options.diff and options.output_format != "text":
        raise UsageError(
            f"--diff prints a diff instead of {options.output_format}",
            hint="leave out --diff or --format",
        )
    return Fixing(options.unsafe_fixes, not options.diff)


def fix(
    fixing: Fixing,
    project: Project,
    collected: Collected,
    settings: ScanSettings,
    cache: FactsCache,
    counting: Counting,
) -> Fixes:
    """Repair the files, on disk where that is wanted. Raises `UsageError` if it cannot be.

    `counting` is told how far the reading is, and then the trying.
    """
    from safeguards.scan.engine import scan
    from safeguards.scan.fixes.repair import Files, repair
    from safeguards.system.parallel import map_bytes

    spread = partial(map_bytes, tick=counting.tick)

    def judge(files: Files) -> tuple[Finding, ...]:
        sources = Sources(files, collected.unreadable)
        found = scan(sources, settings, cache=cache, spread=spread, try_fixes=False).findings
        return tuple(_within(finding, settings) for finding in found)

    repaired = repair(collected.files, judge, unsafe=fixing.unsafe, tick=counting.fixes)
    changes = tuple(
        Change(project.top / path, project.display(path), before, repaired.files[path])
        for path, before in sorted(collected.files.items())
        if repaired.files[path] != before
    )
    if not fixing.write:
        return Fixes(fixing, len(repaired.fixed), changes, collected)
    _write(project, changes)
    after = Collected(repaired.files, collected.unreadable)
    return Fixes(fixing, len(repaired.fixed), changes, after)


def _within(finding: Finding, settings: ScanSettings) -> Finding:
    """The finding without a fix that would change a file that nobody asked about."""
    edits = finding.fix.edits if finding.fix is not None else ()
    if settings.judged is None or settings.judged.issuperset(edit.path for edit in edits):
        return finding
    return msgspec.structs.replace(finding, fix=None)


def tell(fixes: Fixes, findings: tuple[Finding, ...], *, terminal: bool) -> None:
    """The diff to stdout where nothing was written; in any case one line to stderr."""
    if not fixes.fixing.write:
        for line in _diff(fixes.changes):
            if terminal:
                emit(printable(line.decode("utf-8", "replace").rstrip("\r\n")) + "\n")
            else:
                emit(line)
    count = f"{fixes.fixed} finding{'s' * (fixes.fixed != 1)}"
    files = f"{len(fixes.changes)} file{'s' * (len(fixes.changes) != 1)}"
    unsafe = sum(1 for each in findings if each.fix is not None and not each.fix.safe)
    more = f"; {unsafe} more with --unsafe-fixes" if unsafe and not fixes.fixing.unsafe else ""
    done = "fixed" if fixes.fixing.write else "would fix"
    click.echo(f"{done} {count} in {files}{more}", err=True)


def _write(project: Project, changes: tuple[Change, ...]) -> None:
    for change in changes:
        real = Path(os.path.realpath(change.path))
        if not real.is_relative_to(project.top):
            raise UsageError(
                f"{change.shown} leads to {real}, outside the project; nothing was changed",
                hint=f"fix it where it is: safeguards scan --fix {real}",
            )
    for number, change in enumerate(changes):
        _rewrite(change, number)


def _rewrite(change: Change, done: int) -> None:
    try:
        rewrite(change.path, change.before, change.after)
    except OSError as error:
        before = f"{done} files before it are fixed" if done else "nothing was changed"
        raise UsageError(
            f"cannot write {change.shown}: {error.strerror}; {before}",
            hint="make it writable and run again, or see the fixes with --diff",
        ) from error


def _diff(changes: tuple[Change, ...]) -> Iterator[bytes]:
    """A diff that `git apply` and `patch -p1` read."""
    import difflib  # slow to load, and seldom needed

    for change in changes:
        name = os.fsencode(change.shown)
        before, after = (_lines(text) for text in (change.before, change.after))
        lines = difflib.diff_bytes(difflib.unified_diff, before, after, b"a/" + name, b"b/" + name)
        for line in lines:
            whole = line.endswith(b"\n")
            yield line if whole else line + b"\n\\ No newline at end of file\n"


def _lines(text: bytes) -> list[bytes]:
    lines = [line + b"\n" for line in text.split(b"\n")]
    lines[-1] = lines[-1][:-1]
    return lines if lines[-1] else lines[:-1]
