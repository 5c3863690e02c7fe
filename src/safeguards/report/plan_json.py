"""`sync --plan --format json`: the plan as it is."""

from __future__ import annotations

from safeguards.planned import Plan
from safeguards.report import json_document


def render(plan: Plan) -> str:
    """The document of the contract, version 1."""
    return json_document.render(plan)
