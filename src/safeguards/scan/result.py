"""The outcome of a scan as a value."""

from __future__ import annotations

import msgspec

from safeguards.findings import Finding


class ScanResult(msgspec.Struct, frozen=True):
    """The outcome of a scan. Counts are of what was judged; `findings` are sorted by place."""

    files: int
    models: int
    relationships: int
    undecided: int
    findings: tuple[Finding, ...]
