"""All rules of all checks: their codes, their manual pages, and the pages as files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from safeguards.migrations.registry import HistoryRule, history_rules
from safeguards.scan.registry import Rule, all_rules

AnyRule = Rule | HistoryRule

INTRODUCTION = """\
# Rules

What `safeguards scan` and `safeguards migrations check` look for. `safeguards explain RULE` prints
the same pages. Codes are never used again for something else.

## Models

An error is what SQLAlchemy raises for, at import or in `configure_mappers()`: `scan` then ends
with exit code 1. A warning is shown and passes, unless `--strict` or `error` in the
[configuration](../configuration.md#scan) says otherwise. What cannot be known from the text alone
is undecided: counted, listed with `-v`, never an error. An opt-in rule is a matter of style: it is
applied only where `error` names it, and what it finds is then an error.

"""
HISTORY = """
## Migrations

What `safeguards migrations check` finds in an [Alembic history](../migrations.md). An error is what
Alembic or the database refuses, or what production would never get.

"""
_HEAD = "| code | rule | what it finds |\n|---|---|---|\n"


def every_rule() -> tuple[AnyRule, ...]:
    """Every rule, by code."""
    both: tuple[AnyRule, ...] = (*all_rules(), *history_rules())
    return tuple(sorted(both, key=lambda rule: rule.code))


def find_rule(word: str) -> AnyRule | None:
    """The rule of this code or name, in any case, or None."""
    wanted = word.strip().lower()
    return next((r for r in every_rule() if wanted in {r.code.lower(), r.name}), None)


def rule_pages() -> Mapping[str, str]:
    """Each file of `docs/rules` by its name."""
    index = INTRODUCTION + _table(all_rules()) + HISTORY + _table(history_rules())
    return {"index.md": index} | {
        f"{rule.name}.md": f"# {rule.code} {rule.name}\n\n{rule.manual}\n" for rule in every_rule()
    }


def _table(rules: Iterable[AnyRule]) -> str:
    return _HEAD + "".join(map(_row, rules))


def _row(rule: AnyRule) -> str:
    asked = " (opt-in)" if rule.opt_in else ""
    return f"| {rule.code} | [{rule.name}]({rule.name}.md) | {rule.summary}{asked}. |\n"
