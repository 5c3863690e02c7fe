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
from safeguards.health.build import build
from safeguards.health.poll import until_pass
from safeguards.health.run import Plan, Witness, run
from safeguards.system import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from safeguards.checks import Mode, StageName, Verdict
    from safeguards.cli.live import Parts
    from safeguards.cli.production import Production
    from safeguards.health.run import Stage


class Asking(msgspec.Struct, frozen=True):
    """What is asked of a production: for `wait` seconds at most, until all is well."""

    mode: Mode
    wait: float
    commit: str | None


def ask_production(
    production: Production, mode: Mode, *, wait: float, commit: str | None, color: bool
) -> Verdict:
    """The verdict without secrets, of the last attempt when `wait` seconds allow several.

    Raises `ConfigError` when nothing is configured to look at; closes the production's seams.
    """
    stages = build(production.wanted, production.seams, quick=mode == "quick")
    return ask_stages(production, stages, Asking(mode, wait, commit), color=color)


def ask_stages(
    production: Production,
    stages: Mapping[StageName, Stage | str],
    asking: Asking,
    *,
    color: bool = False,
    crashed: Callable[[Exception], str] = crash.log_hint,
    parts: Parts | None = None,
) -> Verdict:
    """As `ask_production`, with these stages; `crashed` is told of a bug and returns a hint.

    With `parts` these are told how it goes on, and nothing else is shown.
    """
    active = [name for name in STAGES if not isinstance(stages[name], str)]
    if not active:
        raise ConfigError(
            f"the target {production.name} has nothing to check",
            hint="configure its containers, database, api or records",
        )
    plan = Plan(production.name, asking.mode, stages, production.seconds, asking.commit)
    clock = production.seams.clock
    with nullcontext(parts) if parts else _shown(active, color=color) as progress:
        witness = Witness(lambda check: progress.part(check.name, check.status), crashed)
        try:
            verdict = until_pass(
                partial(run, plan, clock, witness),
                clock,
                seconds=asking.wait,
                retried=lambda last: progress.again(f"not well yet (exit code {last.exit_code})"),
            )
        finally:
            production.close()
    return REDACTOR.clean_value(verdict)


def _shown(active: list[StageName], *, color: bool) -> Progress:
    terminal = environment.stderr_is_terminal()
    return Progress("checking production", active, terminal=terminal, color=color)
