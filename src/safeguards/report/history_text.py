"""`history --format text`: a line for each run and each push without one, newest first."""

from __future__ import annotations

from safeguards.report.past import entries, moment
from safeguards.report.printable import printable
from safeguards.runs import History


def render(history: History, *, limit: int, verbose: bool = False) -> str:
    """The newest `limit` entries; no character in them can steer a terminal."""
    lines: list[str] = []
    for entry in entries(history, verbose=verbose)[:limit]:
        about = ", ".join(entry.about)
        lines.append(f"{moment(entry.at)}  {entry.what}: {entry.outcome} ({about})")
        lines += [f"    {line}" for line in entry.details]
    shown = lines or ["There is no run and no push yet."]
    return "".join(f"{printable(line)}\n" for line in shown)
