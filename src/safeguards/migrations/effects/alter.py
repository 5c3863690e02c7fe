"""What each action of an ALTER TABLE does."""

from __future__ import annotations

import re
from collections.abc import Iterator

from safeguards.migrations.effects.text import EXISTS, NAME, shown, table_name
from safeguards.migrations.effects.values import (
    ACCESS_EXCLUSIVE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    Effect,
)


def altered(found: re.Match[str], sql: str) -> Effect:
    """All actions of an ALTER TABLE together."""
    table, rest = table_name(found[1]), sql[found.end() :].strip()
    effects = [_action(table, action) for action in _actions(rest)]
    notable = [each for each in effects if each.notable]
    return Effect(
        "; ".join(dict.fromkeys(each.reason for each in notable)),
        additive=all(each.additive for each in effects),
        destructive=any(each.destructive for each in effects),
        table=table,
        locks=tuple(lock for each in effects for lock in each.locks),
    )


def _actions(rest: str) -> Iterator[str]:
    """The parts between commas that stand in no parentheses."""
    depth, start = 0, 0
    for index, character in enumerate(rest):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if character == "," and depth <= 0:
            yield rest[start:index].strip()
            start = index + 1
    yield rest[start:].strip()


def _action(table: str, action: str) -> Effect:
    for pattern, words, additive, destructive, mode in _ACTIONS:
        found = pattern.match(action)
        if found is None:
            continue
        what = words.format(table=table, name=table_name(found[1] or "") if found.re.groups else "")
        locks = [(table, mode)]
        referent = re.search(rf"\breferences\s+{NAME}", action, re.IGNORECASE)
        if referent is not None:
            locks.append((table_name(referent[1]), SHARE_ROW_EXCLUSIVE))
        return Effect(what, additive, destructive, locks=tuple(locks))
    whole = ((table, ACCESS_EXCLUSIVE),)
    reason = f"alters {table}: {shown(action)}"
    return Effect(reason, additive=False, destructive=True, locks=whole)


def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(text, re.IGNORECASE)


_COLUMN = rf"(?:column\s+)?{EXISTS}(?!constraint\b|check\b|unique\b|primary\b|foreign\b){NAME}"
_HARD = r"(?!.*\b(?:unique|primary key|check)\b)"
_ACTIONS: tuple[tuple[re.Pattern[str], str, bool, bool, str], ...] = tuple(
    (_compiled(pattern), words, additive, destructive, mode)
    for pattern, words, additive, destructive, mode in (
        (
            rf"add\s+(?:constraint\s+{NAME}\s+)?foreign\s+key",
            *("adds a foreign key to {table}", False, False, SHARE_ROW_EXCLUSIVE),
        ),
        (
            r"add\s+(?:constraint|check|unique|primary|exclude|index|key|fulltext|spatial)\b",
            *("adds a constraint to {table}", False, False, ACCESS_EXCLUSIVE),
        ),
        (
            rf"add\s+{_COLUMN}(?=\s){_HARD}(?:(?!.*\bnot null\b)|(?=.*\b(?:default|generated)\b))",
            *("adds {table}.{name}", True, False, ACCESS_EXCLUSIVE),
        ),
        (
            rf"add\s+{_COLUMN}(?=\s)",
            *("adds {table}.{name}, which old code may not fill", False, False, ACCESS_EXCLUSIVE),
        ),
        (
            r"validate\s+constraint\b",
            *("checks a constraint of {table}", True, False, SHARE_UPDATE_EXCLUSIVE),
        ),
        (
            r"drop\s+constraint\b",
            *("drops a constraint of {table}", False, False, ACCESS_EXCLUSIVE),
        ),
        (
            rf"drop\s+(?:column\s+)?{EXISTS}{NAME}",
            *("drops column {table}.{name}", False, True, ACCESS_EXCLUSIVE),
        ),
        (
            rf"alter\s+(?:column\s+)?{NAME}\s+drop\s+not\s+null",
            *("allows null in {table}.{name}", True, False, ACCESS_EXCLUSIVE),
        ),
        (
            rf"alter\s+(?:column\s+)?{NAME}\s+set\s+default",
            *("sets the default of {table}.{name}", True, False, ACCESS_EXCLUSIVE),
        ),
        (
            rf"alter\s+(?:column\s+)?{NAME}\s+drop\s+default",
            *("drops the default of {table}.{name}", False, False, ACCESS_EXCLUSIVE),
        ),
        (
            rf"alter\s+(?:column\s+)?{NAME}\s+set\s+not\s+null",
            *("allows no null in {table}.{name}", False, False, ACCESS_EXCLUSIVE),
        ),
        (
            rf"alter\s+(?:column\s+)?{NAME}\s+set\s+statistics",
            *("sets the statistics of {table}.{name}", True, False, SHARE_UPDATE_EXCLUSIVE),
        ),
        (r"rename\b", *("renames in {table}", False, False, ACCESS_EXCLUSIVE)),
        (
            r"(?:owner\s+to|enable|disable|force|no\s+force|replica|set\s+schema)\b",
            *("changes what {table} does", False, False, ACCESS_EXCLUSIVE),
        ),
    )
)
