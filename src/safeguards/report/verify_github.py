"""`verify --format github`: workflow commands that GitHub shows as annotations."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safeguards.checks import Status, Verdict
from safeguards.report.verify_details import details, drifted, said
from safeguards.report.verify_text import TITLES
from safeguards.report.workflow_command import command

_LEVELS: Mapping[Status, str] = {"fail": "error", "unknown": "error", "warn": "warning"}


def render(verdicts: tuple[Verdict, ...]) -> str:
    """One command a line for each item that is not well; nothing when all is."""
    return "".join(f"{line}\n" for verdict in verdicts for line in _commands(verdict))


def _commands(verdict: Verdict) -> Iterator[str]:
    for check in verdict.checks:
        for item in check.items:
            level = _LEVELS.get(item.status)
            if level is None:
                continue
            word = f"{item.status.upper()} " if level == "error" else ""
            title = f"{verdict.target}: {TITLES[check.name]} {word}{item.subject}"
            told = [f"{name}: {text}" for name, text in details(item) if name != "message"]
            yield command(level, {"title": title}, [f"{item.subject}: {said(item)}", *told])
    if drifted(verdict):
        title = f"{verdict.target}: drift"
        yield command("notice", {"title": title}, [drifted(verdict)])
