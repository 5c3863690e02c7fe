"""Would an import tell each fault of a case under the rule that the case names?"""

from __future__ import annotations

from safeguards.probe.recognise import OTHER, of_exception
from tests.support.oracle import Verdict, Version
from tests.support.oracle_cases import Case

KIN = {
    "SG105": {"SG117"},
    "SG107": {"SG103"},
    "SG113": {"SG117"},
    "SG120": {"SG104"},  # a module imported twice because the first time failed
}
"""The same exception and words stand for both: what SQLAlchemy says, and what the text shows."""


def misnamed(case: Case, version: Version, verdict: Verdict) -> list[str]:
    """Faults that would go under another rule of the text than the case expects."""
    expected = {e.rule for e in case.expected(version) | case.ignored(version)}
    found = []
    for fault in verdict.faults:
        code = of_exception([fault.exception], fault.message).code
        if code != OTHER and not expected & {code, *KIN.get(code, ())}:
            found.append(f"{code}: {fault.exception}: {fault.message}")
    return found
