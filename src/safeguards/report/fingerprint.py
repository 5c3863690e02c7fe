"""What makes a finding the same one after the lines around it moved."""

from __future__ import annotations

import hashlib
from collections import Counter

from safeguards.findings import Finding


def fingerprints(findings: tuple[Finding, ...]) -> list[str]:
    """One for each finding, in order: 32 hexadecimal digits, none twice.

    Made of rule, path, model and relationship, or of the message where there is no model.
    """
    seen: Counter[str] = Counter()
    made = []
    for finding in findings:
        subject = (finding.model, finding.relationship) if finding.model else (finding.message,)
        key = "\0".join(map(str, (finding.rule, finding.place.path, *subject)))
        made.append(_digest(f"{key}\0{seen[key]}"))
        seen[key] += 1
    return made


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:32]
