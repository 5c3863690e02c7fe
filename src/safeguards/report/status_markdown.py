"""`status --format markdown`: a comment or a job summary."""

from __future__ import annotations

from safeguards.report import status_text
from safeguards.report.markdown import code, words
from safeguards.standing import Standing


def render(standing: Standing) -> str:
    """A heading and what the text says, as a block and a list of commands."""
    sign = "❌ needs a look" if standing.exit_code else "✅ nothing is left to do"
    lines = [f"### safeguards status: {sign}", ""]
    for line in status_text.facts(standing):
        indent = "  " * min(len(line) - len(line.lstrip(" ")), 2)
        lines.append(f"{indent}- {words(line.strip().removeprefix('- '))}")
    if standing.next_actions:
        lines += ["", "| next | why |", "|---|---|"]
        lines += [f"| {code(a.command)} | {words(a.why)} |" for a in standing.next_actions]
    return "\n".join(lines) + "\n"
