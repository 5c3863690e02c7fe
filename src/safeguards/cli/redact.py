"""What every sink of this process masks; verbs teach it the secrets that they resolve."""

from __future__ import annotations

from safeguards.redaction import Redactor

REDACTOR = Redactor()
