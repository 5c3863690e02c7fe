"""How a sync ended, for a terminal: what came of it, then the verdict on production."""

from __future__ import annotations

from collections.abc import Iterator

from safeguards.checks import FAILED
from safeguards.report.printable import printable
from safeguards.report.verify_text import check_lines, conclusion
from safeguards.runs import Run


def render(run: Run, *, color: bool = False) -> str:
    """What came of the run. One that passed ends as `verify` does."""
    lines = [printable(line) for line in _lines(run)]
    if color:
        code = "32" if run.status == "pass" else "31"
        lines[-1] = f"\x1b[{code}m{lines[-1]}\x1b[0m"
    return "".join(f"{line}\n" for line in lines)


def _lines(run: Run) -> Iterator[str]:
    passed = run.status == "pass"
    if passed:
        yield f"{run.target}: {run.message}"
    for check in run.checks:
        yield from check_lines(check)
    if not passed:
        yield f"{run.target}: {run.message} (exit code {run.exit_code})"
    if passed or any(check.status in FAILED for check in run.checks):
        yield conclusion(passed=passed)
