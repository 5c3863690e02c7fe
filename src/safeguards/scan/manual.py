"""The manual pages of the rules as files: one for each rule, and an index."""

from __future__ import annotations

from collections.abc import Mapping

from safeguards.scan.registry import Rule, all_rules

INTRODUCTION = """\
# Rules

What `safeguards scan` looks for. `safeguards explain RULE` prints the same pages.

An error is what SQLAlchemy raises for, at import or in `configure_mappers()`: `scan` then ends
with exit code 1. A warning is shown and passes, unless `--strict` or `error` in the
[configuration](../configuration.md#scan) says otherwise. What cannot be known from the text alone
is undecided: counted, listed with `-v`, never an error. An opt-in rule is a matter of style: it is
applied only where `error` names it, and what it finds is then an error. Codes are never used again
for something else.

| code | rule | what it finds |
|---|---|---|
"""


def rule_pages() -> Mapping[str, str]:
    """Each file of `docs/rules` by its name."""
    rules = all_rules()
    return {"index.md": INTRODUCTION + "".join(map(_row, rules))} | {
        f"{rule.name}.md": f"# {rule.code} {rule.name}\n\n{rule.manual}\n" for rule in rules
    }


def _row(rule: Rule) -> str:
    asked = " (opt-in)" if rule.opt_in else ""
    return f"| {rule.code} | [{rule.name}]({rule.name}.md) | {rule.summary}{asked}. |\n"
