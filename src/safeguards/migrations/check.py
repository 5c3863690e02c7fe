"""Histories in, findings out: what would keep `alembic upgrade head` from its end."""

from __future__ import annotations

from safeguards.findings import Finding, in_order
from safeguards.migrations.history import Question
from safeguards.migrations.registry import history_rules


def check(*questions: Question) -> list[Finding]:
    """The findings of every rule on every history, in order; never raises for what files hold."""
    return in_order(
        Finding(
            place=fault.place,
            rule=rule.code,
            name=rule.name,
            severity=fault.severity,
            message=_one_line(fault.message),
            help=_one_line(fault.help),
            related=fault.related,
        )
        for question in questions
        for rule in history_rules()
        for fault in rule.check(question)
    )


def _one_line(text: str) -> str:
    """Names come from the judged files and may hold anything; a message is one line."""
    return " ".join(text.split())
