"""`safeguards explain`: the manual page of a rule, or all rules with a line each."""

from __future__ import annotations

import difflib
from pathlib import Path

import click

from safeguards.cli.options import common_options, config_option, format_option
from safeguards.cli.output import emit
from safeguards.cli.rulebook import AnyRule, every_rule, find_rule
from safeguards.errors import UsageError
from safeguards.report.findings_json import encode

EPILOG = """\b
Examples:
  safeguards explain SG101
  safeguards explain multiple-heads
  safeguards explain                     every rule, a line each"""


@click.command("explain", epilog=EPILOG)
@click.argument("rule", required=False)
@format_option("text", "json")
@config_option
@common_options
def command(
    *,
    rule: str | None,
    output_format: str,
    config_path: Path | None,  # noqa: ARG001  every verb takes it; no rule depends on it
    no_color: bool,  # noqa: ARG001  the text has no colours
    verbose: bool,  # noqa: ARG001  the page is always whole
) -> None:
    """Explain RULE (a code or a name): what it does, why it breaks production, the way out."""
    if rule is None:
        emit(_all_rules(output_format))
        return
    found = find_rule(rule)
    if found is None:
        raise UsageError(f"there is no rule {rule}", hint=_nearest(rule))
    if output_format == "json":
        page = {
            "version": 1,
            "rule": found.code,
            "name": found.name,
            "manual": found.manual,
            "opt_in": found.opt_in,
        }
        emit(encode(page).encode())
    else:
        emit(f"{found.code} {found.name}{_asked(found)}\n\n{found.manual}\n")


def _all_rules(output_format: str) -> bytes | str:
    if output_format == "json":
        rows = [
            {"rule": r.code, "name": r.name, "summary": r.summary, "opt_in": r.opt_in}
            for r in every_rule()
        ]
        return encode({"version": 1, "rules": rows}).encode()
    return "".join(f"{r.code}  {r.name}{_asked(r)}: {r.summary}\n" for r in every_rule())


def _asked(rule: AnyRule) -> str:
    return " (opt-in)" if rule.opt_in else ""


def _nearest(word: str) -> str:
    names = [name for rule in every_rule() for name in (rule.code, rule.name)]
    near = difflib.get_close_matches(word.upper(), names, 1)
    near = near or difflib.get_close_matches(word.lower(), names, 1)
    return f"did you mean {near[0]}?" if near else "`safeguards explain` lists every rule"
