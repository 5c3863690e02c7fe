"""Asks a production how it is, with progress; `verify` and what follows it share this."""

from __future__ import annotations

from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import STAGES
from safeguards.cli import crash
from safeguards.cli.live import Progress
from safeguards.cli.redact import REDACTOR
from safeguards.errors import ConfigError
from safeguards.health.poll import Again, until_pass
from safeguards.health.run import Plan, Witness, run
from safeguards.system import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from safeguards.checks import Mode, StageName, Verdict
    from safeguards.cli.live import Parts
    from safeguards.cli.production import Production
    from safeguards.health.run import Stage


class Asking(msgspec.Struct, frozen=True):
    """What is asked of a production: for `wait` seconds at most, until all is well.

    With `retries` at most so many attempts follow the first.
    """

    mode: Mode
    wait: float
    commit: str | None
    retries: int | None = None


def active(stages: Mapping[StageName, Stage | str]) -> list[StageName]:
    """The stages that are asked, in their order."""
    return [name for name in STAGES if not isinstance(stages[name], str)]


def require_stages(
    production: Production, stages: Mapping[StageName, Stage | str]
) -> list[StageName]:
    """The stages that are asked. Raises `ConfigError` when there is none."""
    asked = active(stages)
    if not asked:
        raise ConfigError(
            f"the target {production.name} has nothing to check",
            hint="configure its containers, database, api or records",
        )
    return asked


def ask_stages(
    production: Production,
    stages: Mapping[StageName, Stage | str],
    asking: Asking,
    *,
    color: bool = False,
    crashed: Callable[[Exception], str] = crash.log_hint,
    parts: Parts | None = None,
) -> Verdict:
    """The verdict without secrets, of the last attempt where several are made; `crashed` is told of
    a bug and returns a hint. Closes the production's seams.

    With `parts` these are told how it goes on, and nothing else is shown.
    """
    asked = require_stages(production, stages)
    plan = Plan(production.name, asking.mode, stages, production.seconds, asking.commit)
    clock = production.seams.clock
    with nullcontext(parts) if parts else _shown(asked, color=color) as progress:
        witness = Witness(lambda check: progress.part(check.name, check.status), crashed)

        def again(next_one: Again) -> None:
            # What was refused once is refused by the same connection for ever.
            production.close()
            progress.again(_again(next_one, asking.retries))

        try:
            verdict = until_pass(
                partial(run, plan, clock, witness),
                clock,
                seconds=asking.wait,
                retried=again,
                retries=asking.retries,
            )
        finally:
            production.close()
    return REDACTOR.clean_value(verdict)


def _again(following: Again, retries: int | None) -> str:
    code = f"(exit code {following.last.exit_code})"
    if retries is None:
        return f"not well yet {code}"
    attempt = f"attempt {following.attempts} of {retries + 1}"
    return f"{attempt}: not well {code}; the next one in {following.pause:.0f} s"


def _shown(asked: list[StageName], *, color: bool) -> Progress:
    terminal = environment.stderr_is_terminal()
    return Progress("checking production", asked, terminal=terminal, color=color)
