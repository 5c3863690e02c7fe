"""The baseline: findings that a project knows and has not mended yet. Pure.

A finding is recognised by rule, file, model and relationship, so that it may move within its
file; one without a model by its message.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from safeguards.errors import ConfigError
from safeguards.findings import Finding, Place
from safeguards.scan.rules import unused_ignore

VERSION = 1
DEFAULT_NAME = "safeguards-baseline.json"


class Known(msgspec.Struct, frozen=True, order=True, omit_defaults=True):
    """One known finding; `path` is POSIX and relative to the baseline's folder."""

    path: str
    rule: str
    model: str = ""
    relationship: str = ""
    message: str = ""


class Baseline(msgspec.Struct, frozen=True):
    """The content of a baseline file; `lines` tells where each entry stands (1-based)."""

    entries: tuple[Known, ...] = ()
    lines: tuple[int, ...] = ()


class Matched(msgspec.Struct, frozen=True):
    """Findings against a baseline: those that are `new`, how many are `known`.

    `stale` are warnings, one for each entry that matches nothing: what was mended leaves the list.
    """

    new: tuple[Finding, ...]
    known: int
    stale: tuple[Finding, ...]


class _Document(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: int
    findings: tuple[Known, ...]


def parse(content: bytes, name: str) -> Baseline:
    """Read a baseline file; raises `ConfigError` (78) that names it when it is none."""
    hint = f"write it again with `safeguards scan --write-baseline`, after a look at {name}"
    try:
        document = msgspec.json.decode(content, type=_Document)
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise ConfigError(f"{name}: not a baseline: {error}", hint=hint) from None
    if document.version != VERSION:
        raise ConfigError(
            f"{name}: a baseline of version {document.version}, this safeguards knows {VERSION}",
            hint="update safeguards, or write the baseline again",
        )
    starts = [n for n, line in enumerate(content.splitlines(), 1) if line.lstrip()[:2] == b'{"']
    lines = starts if len(starts) == len(document.findings) else [1] * len(document.findings)
    return Baseline(document.findings, tuple(lines))


def write(findings: Iterable[Finding], folder: str) -> bytes:
    """The baseline of these findings for a file in `folder`: sorted, one entry a line."""
    known = sorted(_known(finding, folder) for finding in findings if is_kept(finding))
    rows = ",\n".join(f"    {msgspec.json.encode(entry).decode()}" for entry in known)
    listed = f"[\n{rows}\n  ]" if rows else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {listed}\n}}\n'.encode()


def match(
    baseline: Baseline,
    path: str,
    findings: tuple[Finding, ...],
    judged: Callable[[str], bool],
) -> Matched:
    """Compare the findings with the baseline at project path `path`.

    An entry is stale only when its file was `judged`.
    """
    folder = posixpath.dirname(path)
    left = Counter(baseline.entries)
    new: list[Finding] = []
    for finding in findings:
        known = _known(finding, folder) if is_kept(finding) else None
        if known is not None and left[known] > 0:
            left[known] -= 1
        else:
            new.append(finding)
    stale = []
    for entry, line in zip(baseline.entries, baseline.lines, strict=True):
        if left[entry] > 0:
            left[entry] -= 1
            if judged(posixpath.normpath(posixpath.join(folder, entry.path))):
                stale.append(_stale(entry, path, line))
    return Matched(tuple(new), len(findings) - len(new), tuple(stale))


def is_kept(finding: Finding) -> bool:
    """Whether a baseline holds such a finding; what is undecided is none."""
    return finding.severity != "info"


def _known(finding: Finding, folder: str) -> Known:
    path = posixpath.relpath(finding.place.path, folder or ".")
    text = path.encode("utf-8", "replace").decode()
    if finding.model is None:
        return Known(text, finding.rule, message=finding.message)
    return Known(text, finding.rule, finding.model, finding.relationship or "")


def _stale(entry: Known, path: str, line: int) -> Finding:
    subject = ".".join(filter(None, (entry.model, entry.relationship))) or entry.message
    return Finding(
        place=Place(path, line, 1, line),
        rule=unused_ignore.CODE,
        name=unused_ignore.NAME,
        severity="warning",
        message=f"the baseline knows {entry.rule} of {subject} in {entry.path}, "
        "but it is not found there any more",
        help="Write the baseline again: safeguards scan --write-baseline.",
    )
