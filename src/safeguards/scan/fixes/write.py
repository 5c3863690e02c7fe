"""Intents → edits of a file's text. What cannot be written with certainty is not written."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping

from safeguards.findings import Edit, Fix
from safeguards.scan.extract import decode
from safeguards.scan.fixes.comma import drop_comma
from safeguards.scan.fixes.insert import insert_entry, insert_keyword
from safeguards.scan.fixes.intents import AddColumns, DropComma, Intent, Rename
from safeguards.scan.fixes.rename import rename_in, strings_in
from safeguards.scan.fixes.text import Change, SourceText

_POSITIONS = {"argument": 0, "secondary": 1, "column": 0}
"""Of `relationship(…)`, and of `ForeignKey(…)`."""
_NESTED = "sa_relationship_kwargs"


class Writer:
    """Makes fixes for the files of one scan; each file is parsed once, when it is needed."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self._files = files
        self._parsed: dict[str, SourceText | None] = {}

    def fix(self, intent: Intent) -> Fix | None:
        """The fix that an intent means, or None where the text has another shape."""
        path = intent.place.path
        source = self._source(path)
        if source is None:
            return None
        try:
            changes = _changes(source, intent)
        except RecursionError:
            return None
        edits = [self._native(source.edit(path, change)) for change in changes]
        return Fix(intent.safe, tuple(edits)) if edits else None

    def _source(self, path: str) -> SourceText | None:
        if path not in self._parsed:
            try:
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    self._parsed[path] = SourceText(decode(self._files[path]))
            except (SyntaxError, ValueError, LookupError, MemoryError, RecursionError):
                self._parsed[path] = None
        return self._parsed[path]

    def _native(self, edit: Edit) -> Edit:
        data = self._files[edit.path]
        end = "\r\n" if b"\r\n" in data else "\r" if b"\n" not in data else "\n"
        return Edit(edit.path, edit.start, edit.end, edit.text.replace("\n", end))


def _changes(source: SourceText, intent: Intent) -> list[Change]:
    if isinstance(intent, DropComma):
        return drop_comma(source, intent.place)
    call = source.call_at(intent.place)
    if call is None:
        return []
    if isinstance(intent, AddColumns):
        return _add(source, call, intent)
    return _rename(source, call, intent)


def _add(source: SourceText, call: ast.Call, intent: AddColumns) -> list[Change]:
    listed = ", ".join(f"{intent.owner}.{name}" for name in intent.columns)
    text = f'"[{listed}]"' if len(intent.columns) > 1 else f'"{listed}"'
    value = _value(source, call, intent, text)
    if value is None:
        return []
    if not _is_sqlmodel(source, call):
        return insert_keyword(source, call, intent.argument, value)
    if intent.shared:
        return []
    given = {each.arg: each.value for each in call.keywords}
    nested = given.get(_NESTED)
    if isinstance(nested, ast.Dict):
        return insert_entry(source, nested, intent.argument, text)
    if nested is not None or "sa_relationship" in given:
        return []
    return insert_keyword(source, call, _NESTED, f'{{"{intent.argument}": {text}}}')


def _value(source: SourceText, call: ast.Call, intent: AddColumns, text: str) -> str | None:
    """The columns as this place can name them: by themselves, through `cls`, as a string."""
    scope = source.scope(call)
    outer = source.scope(scope) if scope is not None else None
    own = intent.owner == intent.model
    if isinstance(scope, ast.FunctionDef) and isinstance(outer, ast.ClassDef):
        if outer.name == intent.model and not intent.shared:
            return text
        if own and scope.args.args and any(map(_is_declared_attr, scope.decorator_list)):
            first = scope.args.args[0].arg
            return f"[{', '.join(f'{first}.{name}' for name in intent.columns)}]"
        return None
    if intent.shared or (isinstance(scope, ast.ClassDef) and scope.name != intent.model):
        return None
    if own and isinstance(scope, ast.ClassDef) and set(intent.columns) <= _bound(scope, call):
        return f"[{', '.join(intent.columns)}]"
    return text


def _is_declared_attr(decorator: ast.expr) -> bool:
    return "declared_attr" in ast.unparse(decorator).split(".")


def _bound(scope: ast.ClassDef, call: ast.Call) -> set[str]:
    """Names that the body of a class has given a column, or a name, before a call in it."""
    found: set[str] = set()
    for statement in scope.body:
        if (statement.end_lineno or 0) >= call.lineno:
            break
        value = getattr(statement, "value", None)
        if isinstance(value, ast.Call) and any(each.arg == "metadata" for each in value.keywords):
            continue  # a field of a dataclass is not the column that it carries
        if isinstance(statement, ast.Assign):
            found.update(each.id for each in statement.targets if isinstance(each, ast.Name))
        elif isinstance(statement, ast.AnnAssign) and statement.value is not None:
            found.update({statement.target.id} if isinstance(statement.target, ast.Name) else ())
    return found


def _is_sqlmodel(source: SourceText, call: ast.Call) -> bool:
    """SQLModel's `Relationship(…)` passes arguments on under a name of its own."""
    name = ast.unparse(call.func).rpartition(".")[2]
    return source.aliases.get(name, name) == "Relationship"


def _rename(source: SourceText, call: ast.Call, intent: Rename) -> list[Change]:
    if not intent.argument:
        statement = source.parent(call)
        annotation = statement.annotation if isinstance(statement, ast.AnnAssign) else None
        return rename_in(source, strings_in(annotation), intent.old, intent.new)
    node = _argument(call, intent.argument)
    if not isinstance(node, ast.Constant):
        return []
    return rename_in(source, strings_in(node), intent.old, intent.new)


def _argument(call: ast.Call, name: str) -> ast.expr | None:
    for keyword in call.keywords:
        if keyword.arg == name:
            return keyword.value
        if keyword.arg == _NESTED and isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if isinstance(key, ast.Constant) and key.value == name:
                    return value
    position = _POSITIONS.get(name, len(call.args))
    return call.args[position] if position < len(call.args) else None
