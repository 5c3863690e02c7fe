"""What the calls of a migration do: operations of Alembic, SQL, sessions, and all else."""

from __future__ import annotations

import ast
import re
from abc import abstractmethod
from collections.abc import Sequence

from safeguards.migrations.effects.expressions import Expressions, capped
from safeguards.migrations.effects.operations import effect_of
from safeguards.migrations.effects.sql import of_sql
from safeguards.migrations.effects.text import HOLE, shown
from safeguards.migrations.effects.things import DATA, UNTOLD, Thing, made_by, member
from safeguards.migrations.effects.values import ROW_EXCLUSIVE, UNKNOWN, Effect, worst

_EXECUTES = frozenset({"execute", "exec_driver_sql", "executemany", "stream", "scalars", "scalar"})
_HARMLESS = re.compile(
    r"(?:alias|all|any|append|as_|asc|autoincrement|begin|begin_nested|"
    r"bindparams|cast|close|columns|copy|count|debug|decode|desc|dialect|"
    r"difference|encode|endswith|error|exception|extend|fetchall|fetchmany|"
    r"fetchone|filter|filter_by|first|format|get|group_by|hex|in_|in_transaction|"
    r"index|info|intersection|is_|is_active|is_not|is_offline_mode|isoformat|"
    r"items|join|keys|label|limit|lower|lstrip|mappings|notin_|now|offset|one|"
    r"one_or_none|order_by|outerjoin|partition|pop|replace|returning|rows|"
    r"rpartition|rstrip|scalar|scalar_one|scalar_one_or_none|scalars|select|"
    r"setdefault|sort|split|splitlines|startswith|strip|subquery|title|today|"
    r"tuples|union|unique|upper|utcnow|values|warning|where|with_for_update|"
    r"yield_per|zfill|(?:get|has|is|fetch)_\w+)\Z"
)
_ADDS = frozenset({"add", "add_all", "bulk_save_objects", "bulk_insert_mappings"})
_OVERWRITES = frozenset({"merge", "flush", "commit", "bulk_update_mappings"})


class Calls(Expressions):
    """Sees calls; following a function of the file is for `Walk`."""

    @abstractmethod
    def _call_function(
        self, function: Thing, values: Sequence[object], named: dict[str, object]
    ) -> object:
        """Follow a function of the file; what it returns, where that is plain."""

    def _call(self, node: ast.Call) -> object:
        if isinstance(node.func, ast.Attribute):
            base = self._see(node.func.value)
            target: object = member(base, node.func.attr)
            if target is UNTOLD:
                return self._method(node, base, node.func.attr)
        else:
            target = self._see(node.func)
        if not isinstance(target, Thing):
            target = UNTOLD
        if target.kind == "operation":
            return self._operation(node, target)
        if target.kind == "sqlalchemy":
            self._see_handed(node)
            first = self._aside(node.args[0]) if node.args else UNTOLD
            return made_by(target.name, node, first)
        values, named = self._see_arguments(node)
        if target.kind == "function":
            return self._call_function(target, values, named)
        if target.kind == "session":
            return target
        if target.kind == "builtin":
            same = target.name in {"tuple", "list", "sorted", "str"} and len(values) == 1
            return values[0] if same and isinstance(values[0], tuple | str) else DATA
        if target.kind == "library":
            text = values[0] if values else UNTOLD
            return text if target.name == "textwrap.dedent" else UNTOLD
        if target.kind != "class":
            self._unknown(node)
        return UNTOLD

    def _see_arguments(self, node: ast.Call) -> tuple[list[object], dict[str, object]]:
        """The values of the arguments; nothing is known of those after a starred one."""
        values: list[object] = []
        for each in node.args:
            value = self._see(each)
            if isinstance(each, ast.Starred):
                break
            values.append(value)
        for each in node.args[len(values) + 1 :]:
            self._see(each)
        named = {each.arg or "": self._see(each.value) for each in node.keywords}
        return values, named

    def _see_handed(self, node: ast.Call) -> None:
        """Calls among the arguments count only where they get hold of the database."""
        for inner in (each for part in _arguments(node) for each in ast.walk(part)):
            if isinstance(inner, ast.Call) and self._reaches(inner):
                self._see(inner)

    def _reaches(self, call: ast.Call) -> bool:
        names = [n for part in (call.func, *_arguments(call)) for n in _names(part)]
        things = [self._look_up(name) for name in names]
        near = {"operations", "batch", "bind", "session", "context", "function"}
        return any(isinstance(each, Thing) and each.kind in near for each in things)

    def _operation(self, node: ast.Call, target: Thing) -> object:
        name = target.name
        if name == "execute":
            return self._execute(node)
        if name == "batch_alter_table":
            return self._batch(node)
        self._see_handed(node)
        if name == "run_async":
            self._add(worst("runs asynchronous code"))
            return UNTOLD
        effect = effect_of(name, node, self._plain_value, target.own)
        self._add(effect)
        if name == "get_bind":
            return Thing("bind")
        if name == "get_context":
            return Thing("context")
        if name == "create_table":
            return Thing("table", effect.creates or UNKNOWN)
        return self._aside(node.args[0]) if name == "f" and node.args else UNTOLD

    def _aside(self, node: ast.expr) -> object:
        """The value of an argument whose calls were noted already, or need not be."""
        noted, created = len(self.effects), set(self._created)
        value = self._see(node)
        del self.effects[noted:]
        self._created = created
        return value

    def _plain_value(self, node: ast.expr) -> object:
        """The same; a table is its name."""
        value = self._aside(node)
        return value.name if isinstance(value, Thing) and value.kind == "table" else value

    def _batch(self, node: ast.Call) -> object:
        named = {each.arg: each.value for each in node.keywords}
        first = node.args[0] if node.args else named.get("table_name")
        table = self._plain_value(first) if first is not None else None
        name = table if isinstance(table, str) and HOLE not in table else UNKNOWN
        schema = named.get("schema")
        if schema is not None and self._plain_value(schema) is not None:
            prefix = self._plain_value(schema)
            name = f"{prefix}.{name}" if isinstance(prefix, str) and name != UNKNOWN else UNKNOWN
        return Thing("batch", own=name, name=name)

    def _method(self, node: ast.Call, base: object, name: str) -> object:
        """A method of something that is no module and none of Alembic's."""
        kind = base.kind if isinstance(base, Thing) else "literal"
        if name in _EXECUTES and kind not in {"literal", "data"} and (node.args or node.keywords):
            return self._execute(node)
        values, named = self._see_arguments(node)
        if isinstance(base, str):
            if name == "format":
                return capped(_formatted(base, values, named))
            return base if name in {"bindparams", "columns", "execution_options", "strip"} else HOLE
        if kind in {"literal", "data"}:
            return UNTOLD
        if kind == "session":
            return self._session(base, name)
        if kind == "query":
            return self._query(base, name)
        if isinstance(base, Thing) and kind in {"made", "table", "statement"}:
            return self._construct(base, name)
        if name == "autocommit_block":
            reason = "leaves the transaction with autocommit_block()"
            self._add(Effect(reason, transactional=False, ddl=False))
        elif name in {"commit", "rollback"}:
            self._add(Effect(f"ends the transaction with {name}()", transactional=False, ddl=False))
        elif name == "connect":
            return Thing("bind")
        elif not _HARMLESS.match(name):
            self._unknown(node)
        return UNTOLD

    def _construct(self, base: Thing, name: str) -> object:
        """A method of something that SQLAlchemy made."""
        if name in {"create", "create_all"}:
            self._add(Effect())
        elif name in {"drop", "drop_all"}:
            lost = base.kind == "table" or name == "drop_all"
            what = f"table {base.name}" if base.kind == "table" else f"a {base.name}"
            self._add(Effect(f"drops {what}", additive=False, destructive=lost, table=base.name))
        elif base.kind == "table" and name in {"insert", "update", "delete", "select"}:
            return Thing("statement", name, own=base.name)
        return base

    def _session(self, base: object, name: str) -> object:
        if name in _ADDS:
            self._add(_data("adds rows through a session"))
        elif name in _OVERWRITES:
            self._add(_data("overwrites rows through a session"))
        elif name == "delete":
            self._add(_data("deletes rows through a session", destructive=True))
        elif name in {"query", "get"}:
            return Thing("query")
        return base if name in {"begin", "begin_nested"} else UNTOLD

    def _query(self, base: object, name: str) -> object:
        if name == "delete":
            self._add(_data("deletes rows through a session", destructive=True))
        elif name == "update":
            self._add(_data("overwrites rows through a session"))
        return base

    def _execute(self, node: ast.Call) -> object:
        """SQL, as text or as an expression."""
        values, named = self._see_arguments(node)
        asked = values[0] if values else named.get("sqltext", named.get("statement", UNTOLD))
        if isinstance(asked, str):
            self._add(*of_sql(asked))
        elif isinstance(asked, Thing) and asked.kind == "statement":
            self._add(_of_statement(asked))
        elif isinstance(asked, Thing) and asked.kind == "made" and asked.name.startswith("Create"):
            self._add(Effect())
        else:
            self._add(worst(f"runs SQL that the text does not tell: {shown(_source(node))}"))
        return UNTOLD

    def _unknown(self, node: ast.Call) -> None:
        self._add(worst(f"calls {_source(node.func)}(), which is not in this file"))


def _of_statement(statement: Thing) -> Effect:
    table = statement.own or UNKNOWN
    words = {"insert": "adds rows to", "update": "overwrites rows of", "delete": "deletes rows of"}
    if statement.name == "select":
        return Effect(ddl=False)
    reason = f"{words[statement.name]} {table}"
    return _data(reason, destructive=statement.name == "delete", table=table)


def _data(reason: str, *, destructive: bool = False, table: str = UNKNOWN) -> Effect:
    return Effect(
        reason,
        additive=False,
        destructive=destructive,
        writes_data=True,
        ddl=False,
        table=table,
        locks=((table, ROW_EXCLUSIVE),),
    )


def _formatted(text: str, values: Sequence[object], named: dict[str, object]) -> str:
    following = iter(values)

    def filled(found: re.Match[str]) -> str:
        value = named.get(found[1]) if found[1] else next(following, None)
        return value if isinstance(value, str) else HOLE

    return re.sub(r"\{(\w*)[^{}]*\}", filled, text)


def _arguments(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(each.value for each in call.keywords)]


def _names(node: ast.expr) -> list[str]:
    return [each.id for each in ast.walk(node) if isinstance(each, ast.Name)]


def _source(node: ast.expr) -> str:
    return " ".join(shown(ast.unparse(node)).split())
