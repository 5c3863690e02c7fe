"""Shows the plan of a sync; asks production, and changes nothing."""

from __future__ import annotations

from safeguards.cli.output import emit
from safeguards.cli.redact import REDACTOR
from safeguards.cli.syncing.making import make_job
from safeguards.cli.syncing.ordered import Ordered
from safeguards.cli.syncing.running import new_run
from safeguards.cli.syncing.steps import silent_steps
from safeguards.report import plan_json, plan_markdown, plan_text
from safeguards.sync.recording import Recorder
from safeguards.sync.run import plan_of
from safeguards.system.clock import SystemClock


def show_plan(ordered: Ordered, output_format: str, *, color: bool) -> int:
    """Print the plan; 0. Raises `UnreachableError` when production does not answer."""
    record = Recorder(new_run(ordered, "manual"), lambda _run: None, SystemClock(), silent_steps())
    job, close = make_job(ordered, record)
    try:
        plan = REDACTOR.clean_value(plan_of(job))
    finally:
        close()
    if output_format == "json":
        emit(plan_json.render(plan))
    elif output_format == "markdown":
        emit(plan_markdown.render(plan))
    else:
        emit(plan_text.render(plan, color=color))
    return 0
