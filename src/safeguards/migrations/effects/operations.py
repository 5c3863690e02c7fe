"""What each operation of Alembic does: one function for each, in one table."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping

import msgspec

from safeguards.migrations.effects.columns import column, is_wider, referent_locks
from safeguards.migrations.effects.values import (
    ACCESS_EXCLUSIVE,
    ROW_EXCLUSIVE,
    SHARE,
    SHARE_ROW_EXCLUSIVE,
    SHARE_UPDATE_EXCLUSIVE,
    UNKNOWN,
    Effect,
    worst,
)

TABLE = "table_name"


class Asked(msgspec.Struct, frozen=True):
    """One call of an operation: its arguments by name, and what the text tells of them."""

    operation: str
    given: Mapping[str, ast.expr]
    rest: tuple[ast.expr, ...]
    value: Callable[[ast.expr], object]

    def text(self, name: str, default: str = UNKNOWN) -> str:
        """A text argument; `default` where it is missing or not told."""
        found = self.value(self.given[name]) if name in self.given else None
        return found if isinstance(found, str) and found and "\0" not in found else default

    def table(self, name: str = TABLE, schema: str = "schema") -> str:
        """A table with its schema, where one is given."""
        bare = self.text(name)
        if schema not in self.given or self.value(self.given[schema]) is None:
            return bare
        return f"{self.text(schema)}.{bare}" if bare != UNKNOWN else UNKNOWN

    def texts(self, name: str) -> tuple[str, ...]:
        """A list of texts; empty where it is not told in full."""
        found = self.value(self.given[name]) if name in self.given else None
        told = isinstance(found, tuple) and all(isinstance(each, str) for each in found)
        return tuple(map(str, found)) if told and isinstance(found, tuple) else ()

    def says(self, name: str, value: object) -> bool:
        """Whether an argument is there and known to be this."""
        return name in self.given and self.value(self.given[name]) is value


Make = Callable[[Asked], Effect]


def _create_table(asked: Asked) -> Effect:
    guarded = "if_not_exists" in asked.given and not asked.says("if_not_exists", False)
    created = "" if guarded else asked.table()
    return Effect(
        creates="" if created == UNKNOWN else created, locks=referent_locks([*asked.rest])
    )


def _drop_table(asked: Asked) -> Effect:
    table = asked.table()
    return _loses(f"drops table {table}", table)


def _add_column(asked: Asked) -> Effect:
    table, made = asked.table(), column(asked.given.get("column"))
    locks = [(table, ACCESS_EXCLUSIVE)]
    if made is None:
        reason = f"adds a column to {table} that the text does not tell"
        return Effect(reason, additive=False, table=table, locks=tuple(locks))
    locks += [(referent, SHARE_ROW_EXCLUSIVE) for referent in made.referents]
    reason = f"adds {table}.{made.name}"
    if not made.optional:
        reason += " (NOT NULL without a server default)"
    elif made.strict:
        reason += " with a constraint"
    additive = made.optional and not made.strict
    adds = made.name if made.null and additive else ""
    return Effect(reason, additive=additive, table=table, adds=adds, locks=tuple(locks))


def _drop_column(asked: Asked) -> Effect:
    table = asked.table()
    return _loses(f"drops column {table}.{asked.text('column_name')}", table)


def _alter_column(asked: Asked) -> Effect:
    """Every change that the call makes to the column; the worst of them."""
    table = asked.table()
    name = f"{table}.{asked.text('column_name')}"
    given = asked.given
    bad: list[str] = []
    new = given.get("type_")
    typed = new is not None and asked.value(new) is not None
    narrower = typed and new is not None and not is_wider(new, given.get("existing_type"))
    if narrower or "postgresql_using" in given:
        bad.append(f"changes the type of {name}")
    if "nullable" in given and not (asked.says("nullable", True) or asked.says("nullable", None)):
        bad.append(f"allows no null in {name}")
    if asked.says("server_default", None):
        bad.append(f"drops the default of {name}")
    if "new_column_name" in given and not asked.says("new_column_name", None):
        bad.append(f"renames {name}")
    known = _ALTERATIONS | {each for each in given if each.startswith("existing_")}
    if others := sorted(set(given) - known):
        bad.append(f"changes {', '.join(others)} of {name}")
    changes = set(given) & _ALTERATIONS - {TABLE, "column_name", "schema", "comment"}
    mode = ACCESS_EXCLUSIVE if changes or others else SHARE_UPDATE_EXCLUSIVE
    lost = narrower or "postgresql_using" in given
    return Effect("; ".join(bad), not bad, lost, table=table, locks=((table, mode),))


_ALTERATIONS = {TABLE, "column_name", "schema", "nullable", "comment", "server_default"}
_ALTERATIONS |= {"new_column_name", "type_", "postgresql_using"}


def _create_index(asked: Asked) -> Effect:
    table = asked.table()
    unique = "unique" in asked.given and not asked.says("unique", False)
    concurrently = _concurrently(asked)
    reason = f"makes an index of {table} concurrently" if concurrently else ""
    return Effect(
        f"adds a unique index to {table}" if unique else reason,
        additive=not unique,
        columns=asked.texts("columns"),
        transactional=not concurrently,
        table=table,
        locks=((table, SHARE_UPDATE_EXCLUSIVE if concurrently else SHARE),),
    )


def _drop_index(asked: Asked) -> Effect:
    table, concurrently = asked.table(), _concurrently(asked)
    return Effect(
        f"drops an index of {table} concurrently" if concurrently else "",
        transactional=not concurrently,
        table=table,
        locks=((table, SHARE_UPDATE_EXCLUSIVE if concurrently else ACCESS_EXCLUSIVE),),
    )


def _concurrently(asked: Asked) -> bool:
    name = "postgresql_concurrently"
    return name in asked.given and not (asked.says(name, False) or asked.says(name, None))


def _create_foreign_key(asked: Asked) -> Effect:
    table = asked.table("source_table", "source_schema")
    referent = asked.table("referent_table", "referent_schema")
    locks = ((table, SHARE_ROW_EXCLUSIVE), (referent, SHARE_ROW_EXCLUSIVE))
    reason = f"adds a foreign key from {table} to {referent}"
    columns = asked.texts("local_cols")
    return Effect(reason, additive=False, table=table, columns=columns, locks=locks)


def _constraint(kind: str) -> Make:
    def make(asked: Asked) -> Effect:
        table = asked.table()
        columns = asked.texts("columns") if asked.operation == "create_unique_constraint" else ()
        locks = ((table, ACCESS_EXCLUSIVE),)
        reason = f"adds {kind} to {table}"
        return Effect(reason, additive=False, table=table, columns=columns, locks=locks)

    return make


def _drop_constraint(asked: Asked) -> Effect:
    table, kind = asked.table(), asked.text("type_", "")
    locks = [(table, ACCESS_EXCLUSIVE)]
    if kind in {"", "foreignkey"}:
        locks.append((UNKNOWN, ACCESS_EXCLUSIVE))
    reason = f"drops constraint {asked.text('constraint_name')} of {table}"
    return Effect(reason, kind == "check", table=table, locks=tuple(locks))


def _rename_table(asked: Asked) -> Effect:
    table = asked.table("old_table_name")
    reason = f"renames table {table} to {asked.text('new_table_name')}"
    return Effect(reason, additive=False, table=table, locks=((table, ACCESS_EXCLUSIVE),))


def _comment(asked: Asked) -> Effect:
    table = asked.table()
    return Effect(table=table, locks=((table, SHARE_UPDATE_EXCLUSIVE),))


def _bulk_insert(asked: Asked) -> Effect:
    table = asked.table("table")
    return Effect(
        f"adds rows to {table}",
        additive=False,
        writes_data=True,
        ddl=False,
        table=table,
        locks=((table, ROW_EXCLUSIVE),),
    )


def _nothing(_asked: Asked) -> Effect:
    return Effect(ddl=False)


def _loses(reason: str, table: str) -> Effect:
    locks = ((table, ACCESS_EXCLUSIVE),)
    return Effect(reason, additive=False, destructive=True, table=table, locks=locks)


class Operation(msgspec.Struct, frozen=True):
    """The names of an operation's arguments, in their order, and what it does."""

    names: tuple[str, ...]
    effect: Make

    def within_batch(self) -> tuple[str, ...]:
        """The arguments of the same operation on a batch, which has the table."""
        return tuple(name for name in self.names if name not in {TABLE, "source_table"})


_NAMED = ("constraint_name", TABLE)
OPERATIONS: Mapping[str, Operation] = {
    "create_table": Operation((TABLE,), _create_table),
    "drop_table": Operation((TABLE,), _drop_table),
    "rename_table": Operation(("old_table_name", "new_table_name"), _rename_table),
    "add_column": Operation((TABLE, "column"), _add_column),
    "drop_column": Operation((TABLE, "column_name"), _drop_column),
    "alter_column": Operation((TABLE, "column_name"), _alter_column),
    "create_index": Operation(("index_name", TABLE, "columns"), _create_index),
    "drop_index": Operation(("index_name", TABLE), _drop_index),
    "create_foreign_key": Operation(
        ("constraint_name", "source_table", "referent_table", "local_cols", "remote_cols"),
        _create_foreign_key,
    ),
    "create_check_constraint": Operation((*_NAMED, "condition"), _constraint("a check constraint")),
    "create_unique_constraint": Operation((*_NAMED, "columns"), _constraint("a unique constraint")),
    "create_primary_key": Operation((*_NAMED, "columns"), _constraint("a primary key")),
    "create_exclude_constraint": Operation(_NAMED, _constraint("an exclude constraint")),
    "drop_constraint": Operation((*_NAMED, "type_"), _drop_constraint),
    "create_table_comment": Operation((TABLE, "comment"), _comment),
    "drop_table_comment": Operation((TABLE,), _comment),
    "bulk_insert": Operation(("table", "rows"), _bulk_insert),
    "get_bind": Operation((), _nothing),
    "get_context": Operation((), _nothing),
    "f": Operation(("name",), _nothing),
    "inline_literal": Operation(("value",), _nothing),
}


def effect_of(name: str, call: ast.Call, value: Callable[[ast.expr], object], batch: str) -> Effect:
    """What one call does; `batch` is the table of a batch, empty for none."""
    operation = OPERATIONS.get(name)
    if operation is None:
        return worst(f"calls op.{name}(), which is not an operation of Alembic")
    starred = any(isinstance(each, ast.Starred) for each in call.args)
    if any(each.arg is None for each in call.keywords) or (starred and name != "create_table"):
        return worst(f"calls op.{name}() with arguments that the text does not tell")
    names = operation.within_batch() if batch else operation.names
    given = dict(zip(names, call.args, strict=False))
    given |= {each.arg: each.value for each in call.keywords if each.arg is not None}
    if batch:
        given["source_table" if "source_table" in operation.names else TABLE] = ast.Constant(batch)
    rest = tuple(call.args[len(names) :])
    return operation.effect(Asked(name, given, rest, value))
