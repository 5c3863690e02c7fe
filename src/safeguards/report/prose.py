"""What a finding says, as text that stands alone."""

from __future__ import annotations

from safeguards.findings import Finding


def sentences(finding: Finding) -> str:
    """The message and the way out, each a sentence of its own."""
    if not finding.help:
        return finding.message
    return f"{finding.message.rstrip('.')}. {finding.help}"
