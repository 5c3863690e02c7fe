"""A sync that somebody watches: its steps as they come, and its end in the chosen format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from safeguards.cli.output import emit
from safeguards.cli.syncing.running import by_hand, new_run
from safeguards.cli.syncing.steps import JsonSteps, steps_for
from safeguards.exitcodes import ExitCode
from safeguards.report import sync_markdown, sync_text
from safeguards.sync.run import synchronise

if TYPE_CHECKING:
    from safeguards.cli.syncing.ordered import Ordered
    from safeguards.cli.syncing.running import Do
    from safeguards.runs import Run


def shown(
    ordered: Ordered,
    output_format: str,
    *,
    run: Run | None = None,
    digest: str = "",
    color: bool,
    do: Do = synchronise,
) -> int:
    """Carry it out and show it; the exit code of its run."""
    with steps_for(output_format, color=color) as steps:
        ended = by_hand(ordered, run or new_run(ordered, "manual"), steps, digest=digest, do=do)
        if isinstance(steps, JsonSteps):
            steps.finish(ended)
    if output_format == "markdown":
        emit(sync_markdown.render(ended))
    elif output_format == "text":
        emit(sync_text.render(ended, color=color))
    return ExitCode.BUG if ended.exit_code is None else ended.exit_code
