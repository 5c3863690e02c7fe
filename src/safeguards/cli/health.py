"""Asks a production how it is, with progress; `verify` and what follows it share this."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from safeguards.checks import STAGES
from safeguards.cli import crash
from safeguards.cli.live import Progress
from safeguards.cli.redact import REDACTOR
from safeguards.errors import ConfigError
from safeguards.health.build import build
from safeguards.health.poll import until_pass
from safeguards.health.run import Plan, Witness, run
from safeguards.system import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from safeguards.checks import Mode, StageName, Verdict
    from safeguards.cli.production import Production
    from safeguards.health.run import Stage


def ask_production(
    production: Production, mode: Mode, *, wait: float, commit: str | None, color: bool
) -> Verdict:
    """The verdict without secrets, of the last attempt when `wait` seconds allow several.

    Raises `ConfigError` when nothing is configured to look at; closes the production's seams.
    """
    stages = build(production.wanted, production.seams, quick=mode == "quick")
    return ask_stages(production, stages, mode, wait=wait, commit=commit, color=color)


def ask_stages(
    production: Production,
    stages: Mapping[StageName, Stage | str],
    mode: Mode,
    *,
    wait: float,
    commit: str | None,
    color: bool,
    crashed: Callable[[Exception], str] = crash.log_hint,
) -> Verdict:
    """As `ask_production`, with these stages; `crashed` is told of a bug and returns a hint."""
    active = [name for name in STAGES if not isinstance(stages[name], str)]
    if not active:
        raise ConfigError(
            f"the target {production.name} has nothing to check",
            hint="configure its containers, database, api or records",
        )
    plan = Plan(production.name, mode, stages, production.seconds, commit)
    clock = production.seams.clock
    terminal = environment.stderr_is_terminal()
    with Progress("checking production", active, terminal=terminal, color=color) as progress:
        witness = Witness(lambda check: progress.part(check.name, check.status), crashed)
        try:
            verdict = until_pass(
                partial(run, plan, clock, witness),
                clock,
                seconds=wait,
                retried=lambda last: progress.again(f"not well yet (exit code {last.exit_code})"),
            )
        finally:
            production.close()
    return REDACTOR.clean_value(verdict)
