"""The report "Production sync": what people and coding agents put into an issue."""

from __future__ import annotations

from safeguards.checks import FAILED
from safeguards.report.markdown import code, words
from safeguards.report.verify_text import TITLES
from safeguards.runs import Run, Work


def render(run: Run) -> str:
    """Migrations, containers, health; and what is left to do when it did not pass."""
    work = run.work or Work()
    failed = [check for check in run.checks if check.status in FAILED]
    health = "N/A" if not run.checks else "FAIL" if failed else "PASS"
    lines = [
        "### Production sync",
        "",
        f"- Target: {words(run.target)}, commit {code(run.commit or 'unknown')}",
        f"- Migrations applied: {', '.join(map(code, work.applied)) or 'N/A'}",
        f"- Containers rebuilt: {', '.join(map(code, work.replaced)) or 'N/A'}",
        f"- Health check: {health}",
        f"- Result: {words(run.message)} (exit code {run.exit_code})",
    ]
    if work.backup:
        lines.append(f"- Backup: {code(work.backup)}")
    if work.unanswered_ms:
        lines.append(f"- The API did not answer for {work.unanswered_ms / 1000:.1f} s")
    for check in failed:
        items = [item for item in check.items if item.status in FAILED]
        seen = "; ".join(f"{each.subject}: {each.observed or each.message}" for each in items)
        lines.append(f"- {TITLES[check.name]}: {words(seen)}")
    return "\n".join(lines) + "\n"
