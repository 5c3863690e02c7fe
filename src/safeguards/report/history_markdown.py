"""`history --format markdown`: a table for a comment or a job summary."""

from __future__ import annotations

from safeguards.report.markdown import words
from safeguards.report.past import entries, moment
from safeguards.runs import History


def render(history: History, *, limit: int, verbose: bool = False) -> str:
    """The newest `limit` entries as a table."""
    lines = ["### safeguards history", ""]
    found = entries(history, verbose=verbose)[:limit]
    if found:
        lines += ["| when | what | how it went | about |", "|---|---|---|---|"]
    for entry in found:
        told = "<br>".join(words(line.strip()) for line in (entry.outcome, *entry.details))
        about = words(", ".join(entry.about))
        lines.append(f"| {words(moment(entry.at))} | {words(entry.what)} | {told} | {about} |")
    return "\n".join(lines if found else [*lines, "There is no run and no push yet."]) + "\n"
