"""Runs the scanner in tests and holds what must be true of every result."""

from __future__ import annotations

import re
from collections.abc import Mapping

from safeguards.findings import Finding, in_order
from safeguards.scan.engine import ScanResult, scan
from safeguards.scan.settings import ScanSettings
from safeguards.scan.sources import Sources
from tests.support.oracle_cases import Expected

UNDECIDED = "SG199"


def scan_files(files: Mapping[str, bytes], settings: ScanSettings | None = None) -> ScanResult:
    """Scan, and check that the result is sorted, free of doubles, and points into the files."""
    result = scan(Sources(files=files), settings or ScanSettings())
    assert list(result.findings) == in_order(result.findings)
    assert len(set(result.findings)) == len(result.findings)
    for finding in result.findings:
        _assert_well_formed(finding, files)
    return result


def found(result: ScanResult) -> set[Expected]:
    """The findings as a case writes them down; the undecided are counted, not listed."""
    return {
        Expected(f.place.path, f.place.line, f.rule, f.severity)
        for f in result.findings
        if f.rule != UNDECIDED
    }


def assert_clean(files: Mapping[str, bytes], settings: ScanSettings | None = None) -> None:
    """Nothing is found."""
    assert found(scan_files(files, settings)) == set()


def assert_finds(
    files: Mapping[str, bytes], expected: set[Expected], settings: ScanSettings | None = None
) -> None:
    """Exactly these are found; expecting nothing is `assert_clean`."""
    assert expected, "assert_finds without expectations: use assert_clean"
    assert found(scan_files(files, settings)) == expected


def _assert_well_formed(finding: Finding, files: Mapping[str, bytes]) -> None:
    place = finding.place
    assert place.path in files
    lines = re.split("\r\n|\r|\n", files[place.path].decode("utf-8", "replace"))
    assert 1 <= place.line <= place.end_line <= len(lines), finding
    assert 1 <= place.column <= len(lines[place.line - 1]) + 1, finding
    assert finding.severity in {"error", "warning", "info"}
    assert finding.message
    assert "\n" not in finding.message
