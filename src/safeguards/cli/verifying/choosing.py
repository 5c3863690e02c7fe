"""Which stages one call of `verify` asks, and why it leaves out the others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from safeguards.checks import STAGES, StageName, stage_id
from safeguards.errors import UsageError

NOT_ASKED = "not asked for"
"""Why a stage is skipped that `--only` or `--skip` leaves out."""

_KNOWN = f"the checks are {', '.join(f'{stage_id(name)} {name}' for name in STAGES)}"


def left_out(only: Sequence[str], skip: Sequence[str], *, quick: bool) -> Mapping[StageName, str]:
    """The reason for each stage that is left out; texts are names or numbers between commas.

    Raises `UsageError` for what is no stage, for contradictions, and when nothing is left.
    """
    wanted, unwanted = set(_stages("--only", only)), set(_stages("--skip", skip))
    for name in STAGES:
        if name in wanted and name in unwanted:
            raise UsageError(f"--only and --skip both name {name}", hint="leave one of them out")
    if quick and "api" in wanted:
        raise UsageError("--quick leaves out api, which --only names", hint="leave --quick out")
    reasons: dict[StageName, str] = {}
    for name in STAGES:
        if name in unwanted or (wanted and name not in wanted):
            reasons[name] = NOT_ASKED
    if quick:
        reasons["api"] = "quick"
    if len(reasons) == len(STAGES):
        raise UsageError("nothing is left to check", hint=_KNOWN)
    return reasons


def _stages(option: str, given: Sequence[str]) -> Iterator[StageName]:
    for word in ",".join(given).split(",") if given else ():
        yield _stage(option, word.strip())


def _stage(option: str, word: str) -> StageName:
    for name in STAGES:
        if word.lower() == name or word == str(stage_id(name)):
            return name
    raise UsageError(f'{option}: "{word}" is no check', hint=_KNOWN)
