"""What SQL does to a database, as far as its words tell; any text, nothing is parsed in full.

A part of the text that only running it would tell is `HOLE`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from safeguards.migrations.effects.alter import altered
from safeguards.migrations.effects.text import EXISTS, HOLE, NAME, ONLY, shown, table_name
from safeguards.migrations.effects.values import (
    ACCESS_EXCLUSIVE,
    MODES,
    ROW_EXCLUSIVE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    UNKNOWN,
    Effect,
    worst,
)

_SKIPPED = re.compile(
    r"--[^\n]*|/\*.*?(?:\*/|\Z)|\$(\w*)\$.*?(?:\$\1\$|\Z)|'(?:[^']|'')*(?:'|\Z)"
    r"|(?P<name>\"[^\"]*\"|`[^`]*`)|;",
    re.DOTALL,
)
_CALL = re.compile(r"([\w.]+)\s*\(")
_HARMLESS_FUNCTIONS = re.compile(
    r"(?:abs|all|and|any|array|array_agg|array_length|as|avg|by|cast|char_length|"
    r"coalesce|concat|count|current_database|current_schema|current_setting|date|"
    r"date_trunc|datetime|decimal|distinct|exists|extract|format|from|greatest|"
    r"group_concat|ifnull|in|join|json_agg|jsonb_agg|jsonb_array_length|least|left|"
    r"length|lower|ltrim|max|min|not|now|nullif|numeric|on|or|over|"
    r"pg_advisory_lock|pg_advisory_unlock|pg_advisory_xact_lock|pg_get_constraintdef|"
    r"pg_typeof|round|row_number|rtrim|select|set_config|strftime|string_agg|substr|"
    r"substring|sum|to_char|to_regclass|trim|union|upper|using|values|varchar|"
    r"version|where)\Z"
)


def of_sql(text: str) -> Iterator[Effect]:
    """One effect for each statement of a text."""
    if "\\'" in text:
        # Where a literal ends then depends on settings of the server.
        yield worst(f"runs SQL with an escaped quote: {shown(' '.join(text.split()))}")
        return
    for statement in _statements(text):
        yield _of_statement(statement)


def _statements(text: str) -> Iterator[str]:
    """Each statement on one line, without comments; the content of literals is left out."""
    ends: list[str] = [""]
    last = 0
    for found in _SKIPPED.finditer(text):
        ends[-1] += text[last : found.start()]
        last = found.end()
        part = found.group()
        if part == ";":
            ends.append("")
        elif found["name"]:
            ends[-1] += part
        else:
            ends[-1] += " " if part.startswith(("--", "/*")) else "''"
    ends[-1] += text[last:]
    yield from (found for found in (" ".join(each.split()) for each in ends) if found)


def _of_statement(sql: str) -> Effect:
    for pattern, make in _FORMS:
        found = pattern.match(sql)
        if found is not None:
            return make(found, sql)
    return worst(f"runs SQL that is not known: {shown(sql)}")


Make = Callable[["re.Match[str]", str], Effect]


def _inert(_found: re.Match[str], _sql: str) -> Effect:
    return Effect(ddl=False)


def _leaves(_found: re.Match[str], sql: str) -> Effect:
    return Effect(f"leaves the transaction: {shown(sql)}", transactional=False, ddl=False)


def _reads(_found: re.Match[str], sql: str) -> Effect:
    into = re.search(rf"\binto\s+(?:temp(?:orary)?\s+|table\s+)*{NAME}", sql, re.IGNORECASE)
    calls = {name.lower().rpartition(".")[2] for name in _CALL.findall(sql)}
    unknown = sorted(each for each in calls if not _HARMLESS_FUNCTIONS.match(each))
    if unknown or HOLE in sql.partition(" ")[0]:
        return worst(f"calls {unknown[0]}() in SQL" if unknown else "runs SQL that is not known")
    return Effect(creates=table_name(into[1]), ddl=True) if into else Effect(ddl=False)


def _with(found: re.Match[str], sql: str) -> Effect:
    for word, make in _WRITERS:
        inner = re.search(rf"\b{word}\s+{ONLY}{NAME}", sql, re.IGNORECASE)
        if inner is not None:
            return make(inner, sql)
    return _reads(found, sql)


def _inserts(found: re.Match[str], sql: str) -> Effect:
    overwrites = re.search(r"\bdo update\b|\bon duplicate key\b|^replace\b", sql, re.IGNORECASE)
    return _writes(found, "overwrites rows of" if overwrites else "adds rows to")


def _updates(found: re.Match[str], _sql: str) -> Effect:
    return _writes(found, "overwrites rows of")


def _deletes(found: re.Match[str], _sql: str) -> Effect:
    return _writes(found, "deletes rows of", destructive=True)


def _writes(found: re.Match[str], what: str, *, destructive: bool = False) -> Effect:
    table = table_name(found[1])
    return Effect(
        f"{what} {table}",
        additive=False,
        destructive=destructive,
        writes_data=True,
        ddl=False,
        table=table,
        locks=((table, ROW_EXCLUSIVE),),
    )


_WRITERS: tuple[tuple[str, Make], ...] = (
    ("delete\\s+from", _deletes),
    ("(?<!do )(?<!for )update", _updates),
    ("insert\\s+into", _inserts),
)


def _truncates(found: re.Match[str], _sql: str) -> Effect:
    table = table_name(found[1])
    locks = ((table, ACCESS_EXCLUSIVE),)
    reason = f"empties {table}"
    return Effect(reason, False, True, True, table=table, locks=locks)


def _creates_table(found: re.Match[str], sql: str) -> Effect:
    made = "" if re.search(r"\bif not exists\b", sql, re.IGNORECASE) else table_name(found[1])
    referents = re.findall(rf"\breferences\s+{NAME}", sql, re.IGNORECASE)
    locks = tuple((table_name(each), SHARE_ROW_EXCLUSIVE) for each in referents)
    return Effect(creates=made, locks=locks)


def _creates_index(found: re.Match[str], _sql: str) -> Effect:
    unique, concurrently, table = bool(found[1]), bool(found[2]), table_name(found[3])
    mode = SHARE_UPDATE_EXCLUSIVE if concurrently else SHARE
    reason = f"makes an index of {table} concurrently" if concurrently else ""
    return Effect(
        f"adds a unique index to {table}" if unique else reason,
        additive=not unique,
        transactional=not concurrently,
        table=table,
        locks=((table, mode),),
    )


def _drops_index(found: re.Match[str], sql: str) -> Effect:
    concurrently = bool(found[1])
    table = re.search(rf"\bon\s+{NAME}$", sql, re.IGNORECASE)
    mode = SHARE_UPDATE_EXCLUSIVE if concurrently else ACCESS_EXCLUSIVE
    return Effect(
        "drops an index concurrently" if concurrently else "",
        transactional=not concurrently,
        locks=((table_name(table[1]) if table else UNKNOWN, mode),),
    )


def _drops(found: re.Match[str], _sql: str) -> Effect:
    kind, name = " ".join(found[1].lower().split()), table_name(found[2])
    is_table = kind in {"table", "materialized view"}
    return Effect(
        f"drops {kind} {name}",
        additive=False,
        destructive=kind not in _NO_DATA,
        table=name if is_table else "",
        locks=((name, ACCESS_EXCLUSIVE),) if is_table else (),
    )


_NO_DATA = frozenset(
    {"view", "function", "procedure", "aggregate", "trigger", "policy", "rule", "collation"}
)


def _changes(_found: re.Match[str], sql: str) -> Effect:
    """Behaves otherwise from now on, but loses nothing."""
    return Effect(f"changes what the database does: {shown(sql)}", additive=False)


def _trigger(found: re.Match[str], _sql: str) -> Effect:
    table = table_name(found[1])
    locks = ((table, SHARE_ROW_EXCLUSIVE),)
    return Effect(f"adds a trigger to {table}", additive=False, table=table, locks=locks)


def _comment(found: re.Match[str], _sql: str) -> Effect:
    kind, name = found[1].lower(), table_name(found[2])
    if kind == "column":
        name = name.rpartition(".")[0] or UNKNOWN
    locks = ((name, SHARE_UPDATE_EXCLUSIVE),) if kind in {"table", "column"} else ()
    return Effect(table=name if locks else "", locks=locks)


def _locks_table(found: re.Match[str], _sql: str) -> Effect:
    table, mode = table_name(found[1]), (found[2] or ACCESS_EXCLUSIVE).upper()
    mode = mode if mode in MODES else ACCESS_EXCLUSIVE
    return Effect(ddl=False, table=table, locks=((table, mode),))


def _adds(_found: re.Match[str], _sql: str) -> Effect:
    return Effect()


def _heavy(found: re.Match[str], sql: str) -> Effect:
    """Work on what is there already, which nobody sees but who waits for it."""
    vacuum = found[1].lower() == "vacuum"
    aside = bool(re.search(r"\bconcurrently\b", sql, re.IGNORECASE))
    light = aside or (vacuum and not re.search(r"\bfull\b", sql, re.IGNORECASE))
    mode = SHARE_UPDATE_EXCLUSIVE if light else ACCESS_EXCLUSIVE
    mode = SHARE if found[1].lower() == "reindex" and not aside else mode
    locks = ((table_name(found[2]) if found[2] else UNKNOWN, mode),)
    inside = not (aside or vacuum)
    reason = "" if inside else f"cannot run in a transaction: {shown(sql)}"
    return Effect(reason, transactional=inside, locks=locks)


_OPTIONS = (
    r"(?:\s*\([^)]*\))?"
    r"(?:\s+(?:full|analyze|index|table|materialized\s+view|concurrently|verbose)\b)*"
)
_FORMS: tuple[tuple[re.Pattern[str], Make], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), make)
    for pattern, make in (
        (r"(?:commit|begin|rollback|start\s+transaction|end)\b", _leaves),
        (
            r"(?:(?:set|reset|show|analyze|pragma|savepoint|release)\b|explain\s+(?!analyze|\())",
            _inert,
        ),
        (r"select\b", _reads),
        (r"with\b", _with),
        (rf"(?:insert|replace)\s+(?:ignore\s+|or\s+\w+\s+)?into\s+{NAME}", _inserts),
        (rf"update\s+{ONLY}{NAME}", _updates),
        (rf"delete\s+from\s+{ONLY}{NAME}", _deletes),
        (rf"truncate\s+(?:table\s+)?{ONLY}{NAME}", _truncates),
        (
            rf"create\s+(?:(?:global|local|temp|temporary|unlogged)\s+)*table\s+{EXISTS}{NAME}",
            _creates_table,
        ),
        (
            rf"create\s+(unique\s+)?index\s+(concurrently\s+)?{EXISTS}(?:.*?\s)?on\s+{ONLY}{NAME}",
            _creates_index,
        ),
        (r"drop\s+index\s+(concurrently\s+)?", _drops_index),
        (rf"create\s+(?:constraint\s+)?trigger\b.*?\bon\s+{NAME}", _trigger),
        (
            r"create\s+(?:extension|schema|sequence|type|domain|(?:materialized\s+)?view|role)\b",
            _adds,
        ),
        (r"grant\b", _adds),
        (r"(?:create|revoke|alter\s+(?:sequence|view|function|default|policy))\b", _changes),
        (r"alter\s+type\s+\S+\s+(?:add\s+value|rename|owner)\b", _changes),
        (rf"drop\s+(materialized\s+view|\w+)\s+{EXISTS}{NAME}", _drops),
        (rf"comment\s+on\s+(\w+)\s+{NAME}", _comment),
        (rf"lock\s+(?:table\s+)?{ONLY}{NAME}(?:\s+in\s+([\w ]+?)\s+mode)?\b", _locks_table),
        (rf"(vacuum|reindex|cluster|refresh)\b{_OPTIONS}(?:\s+{NAME})?", _heavy),
        (rf"alter\s+table\s+{EXISTS}{ONLY}{NAME}", altered),
    )
)
