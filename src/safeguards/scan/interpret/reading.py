"""Questions about statements that their syntax alone answers."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

import msgspec

from safeguards.scan import facts as f

Renamed = Mapping[str, str]
"""Names of imports in a module, with what they are where they come from."""

NOTHING_RENAMED: Renamed = MappingProxyType({})

IMPERATIVE = ("map_imperatively", "mapper")
"""Functions that map a class to a table."""

RELATIONSHIP_NAMES = frozenset({"dynamic_loader", "relation", "relationship"})
"""Functions that make a relationship, as SQLAlchemy names them."""

ANYTHING = "*"
"""Stands for every name, where any may be changed."""

GROWTH = "grow"
"""The `op` of a binding that adds to a list or dict: `x.append(y)`, `x[key] = y`."""

DEFAULT = "default"
"""The `op` of a binding that adds what a dict does not have yet: `x.setdefault(key, y)`."""

HANDED = "hand over"
"""The `op` of a binding for a call that is given a name: it may change the list or dict."""

IN_PLACE = frozenset({DEFAULT, GROWTH, HANDED})
_ADDING = frozenset({"add", "append"})
_JOINING = frozenset({"extend", "update"})
_CHANGING = frozenset({"clear", "insert", "pop", "popitem", "remove", "reverse", "setdefault"})


_DISPLAY_MAKERS = frozenset({"OrderedDict", "defaultdict", "dict", "list", "set"})


def is_display(value: f.Expr | None) -> bool:
    """Whether an expression makes a list, set or dict."""
    if isinstance(value, f.Call):
        return called_name(value.func) in _DISPLAY_MAKERS
    return isinstance(value, f.Items | f.Pairs | f.Comprehension)


def changes(node: f.Do) -> Iterator[f.Bind]:
    """What a call may add to lists and dicts, as the assignments of what they then are."""
    call = node.value
    if not isinstance(call, f.Call):
        return
    grown = _growth(node, call)
    if grown is not None:
        yield grown
        if isinstance(call.func, f.Attr) and call.func.attr in _JOINING:
            return  # these copy what they are given
    for argument in (*call.args, *(k.value for k in call.keywords if k.name)):
        if isinstance(argument, f.Name):
            yield f.Bind(node.line, node.column, argument, call, None, HANDED)


def param_of(function: f.FunctionDef, call: f.Call, name: str) -> str:
    """The parameter that a call of a function gives a name; empty when it is none by itself."""
    for param, argument in zip(function.params, call.args, strict=False):
        if param.kind == "p" and isinstance(argument, f.Name) and argument.id == name:
            return param.name
    for keyword in call.keywords:
        if keyword.name and isinstance(keyword.value, f.Name) and keyword.value.id == name:
            return keyword.name
    return ""


def _growth(node: f.Do, call: f.Call) -> f.Bind | None:
    """`x.append(y)` and its like, as the assignment of what `x` then is."""
    func = call.func
    if not (isinstance(func, f.Attr) and isinstance(func.value, f.Name)):
        return None
    at = (node.line, node.column)
    added: f.Expr
    if func.attr in _ADDING and len(call.args) == 1 and not call.keywords:
        added = f.Items(*at, call.args)
    elif func.attr in _JOINING and len(call.args) <= 1:
        names = tuple(f.Const(*at, k.name) if k.name else None for k in call.keywords)
        named = f.Pairs(*at, names, tuple(k.value for k in call.keywords))
        added = call.args[0] if call.args else named
        if call.args and call.keywords:
            added = f.Pairs(*at, (None, *names), (call.args[0], *named.values))
    elif func.attr == "setdefault" and len(call.args) == 2 and not call.keywords:
        added = f.Pairs(*at, call.args[:1], call.args[1:])
        return f.Bind(*at, func.value, added, None, DEFAULT)
    elif func.attr in _CHANGING:
        added = f.Opaque(*at, func.attr)
    else:
        return None
    return f.Bind(*at, func.value, added, None, GROWTH)


def names_bound(node: f.Loop) -> tuple[str, ...]:
    """The names that a loop binds, each once, in the order of the text."""
    found: dict[str, None] = {}
    pending: list[f.Statement] = [node]
    while pending:
        each = pending.pop(0)
        if isinstance(each, f.ClassDef | f.FunctionDef):
            found[each.name] = None
        elif isinstance(each, f.Import) and each.name != "*":
            found[imported_as(each)] = None
        elif isinstance(each, f.Branch):
            pending[:0] = [*each.body, *each.orelse]
        elif isinstance(each, f.Loop):
            found.update(dict.fromkeys(target_names(each.target)))
            pending[:0] = each.body
        elif isinstance(each, f.Bind):
            found.update(dict.fromkeys(target_names(each.target)))
        elif isinstance(each, f.Do):
            for change in changes(each):
                found.update(dict.fromkeys(target_names(change.target)))
    return tuple(found)


def target_names(target: f.Expr | None) -> Iterator[str]:
    """The names that an assignment to this target changes."""
    if isinstance(target, f.Name):
        yield target.id
    elif isinstance(target, f.Items):
        for item in target.items:
            yield from target_names(item)
    elif isinstance(target, f.Subscript):
        yield from target_names(target.value)


def imported_as(node: f.Import) -> str:
    """The name that an import binds."""
    return node.alias or node.name or node.module.split(".", 1)[0]


def running(body: Iterable[f.Statement]) -> Iterator[f.Statement]:
    """The statements that run with their module, those under `if True` included."""
    for node in body:
        if isinstance(node, f.Branch) and isinstance(node.test, f.Const) and node.test.value:
            yield from running(node.body)
        yield node


def renamed_imports(body: Iterable[f.Statement]) -> dict[str, str]:
    """The names that a module gives to what it imports, with what they are elsewhere."""
    found: dict[str, str] = {}
    for node in body:
        if isinstance(node, f.Import) and node.alias and node.name:
            found[node.alias] = node.name
        elif isinstance(node, f.Branch):
            found |= renamed_imports((*node.body, *node.orelse))
    return found


def maps(node: f.Statement, renamed: Renamed) -> bool:
    """Whether a statement maps a class imperatively."""
    call = node.value if isinstance(node, f.Do | f.Bind) else None
    if not isinstance(call, f.Call):
        return False
    return called_name(call.func, renamed) in IMPERATIVE


def called_name(func: f.Expr, renamed: Renamed = NOTHING_RENAMED) -> str:
    """The last name of what is called, or of what a decorator calls; empty for an expression.

    A name of `renamed` counts as what it is where it is imported from.
    """
    if isinstance(func, f.Call):
        func = func.func
    if isinstance(func, f.Name):
        return renamed.get(func.id, func.id)
    return func.attr if isinstance(func, f.Attr) else ""


def has_class(node: f.Statement) -> bool:
    """Whether a statement holds a class statement."""
    if isinstance(node, f.ClassDef):
        return True
    if isinstance(node, f.Branch):
        return any(has_class(row) for row in (*node.body, *node.orelse))
    if isinstance(node, f.Loop | f.FunctionDef):
        return any(has_class(row) for row in node.body)
    return False


def is_main(test: f.Expr | None) -> bool:
    """`__name__ == "__main__"`: what runs only as a script is not part of the models."""
    return (
        isinstance(test, f.Operation)
        and test.op == "=="
        and any(isinstance(o, f.Name) and o.id == "__name__" for o in test.operands)
    )


_PYTHONS = ((3, 8), (3, 99))
"""The oldest and the newest Python that may run the code."""

_ORDER = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def decided(test: f.Expr | None, constant: Callable[[str], f.Expr | None]) -> bool | None:
    """Whether a test of literals, constants and the version of Python holds, or None.

    `constant` tells the literal that a name stands for.
    """
    if isinstance(test, f.Name):
        test = constant(test.id)
    if isinstance(test, f.Const):
        return bool(test.value)
    if not isinstance(test, f.Operation):
        return None
    if test.op in {"not", "and", "or"}:
        ways = [decided(operand, constant) for operand in test.operands]
        if test.op == "not":
            return None if ways[0] is None else not ways[0]
        if (test.op == "or") in ways:
            return test.op == "or"
        return None if None in ways else test.op == "and"
    return _by_version(test)


def _by_version(test: f.Operation) -> bool | None:
    """What comparing `sys.version_info` or its first number says of every Python in use."""
    compare = _ORDER.get(test.op)
    left, right = test.operands[0], test.operands[-1]
    if compare is None:
        return None
    if isinstance(left, f.Subscript) and isinstance(left.index, f.Const) and not left.index.value:
        left, right = left.value, f.Items(right.line, right.column, (right,))
        versions: tuple[tuple[int, ...], ...] = ((3,),)
    else:
        versions = _PYTHONS
    if not (
        isinstance(left, f.Attr) and left.attr == "version_info" and isinstance(right, f.Items)
    ):
        return None
    numbers = [item.value for item in right.items if isinstance(item, f.Const)]
    whole = tuple(number for number in numbers if isinstance(number, int))
    answers = {bool(compare(version, whole)) for version in versions}
    return answers.pop() if len(answers) == 1 and len(whole) == len(right.items) else None


def is_type_checking(test: f.Expr | None) -> bool:
    """`TYPE_CHECKING`: what runs for type checkers alone."""
    if isinstance(test, f.Name):
        return test.id == "TYPE_CHECKING"
    return isinstance(test, f.Attr) and test.attr == "TYPE_CHECKING"


def grown_outside(node: f.FunctionDef) -> set[str]:
    """The names of lists and dicts from outside a function that its statements may add to."""
    changed, own = _changed_in(node)
    return changed - own - {param.name for param in node.params}


def grown_params(node: f.FunctionDef) -> set[str]:
    """The parameters of a function, lists and dicts, that its statements may add to."""
    return _changed_in(node)[0] & {param.name for param in node.params}


def _changed_in(node: f.FunctionDef) -> tuple[set[str], set[str]]:
    """The names that statements of a function change in place, and those that they bind."""
    found: set[str] = set()
    own: set[str] = set()
    pending: list[f.Statement] = list(node.body)
    while pending:
        each = pending.pop()
        if isinstance(each, f.Branch):
            pending += [*each.body, *each.orelse]
        elif isinstance(each, f.Loop):
            pending += each.body
        elif isinstance(each, f.Bind):
            names = set(target_names(each.target))
            (found if isinstance(each.target, f.Subscript) else own).update(names)
            if each.op:
                found.update(names)
        elif isinstance(each, f.Do):
            for change in changes(each):
                found.update(target_names(change.target))
    return found, own


def nodes(root: object) -> Iterator[object]:
    """Every struct below, in the order of the text."""
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, tuple):
            pending += reversed(node)
        elif isinstance(node, msgspec.Struct):
            yield node
            pending += [getattr(node, name) for name in reversed(node.__struct_fields__)]


def is_class_property(node: f.FunctionDef | None, name: str, renamed: Renamed) -> bool:
    """Whether a class answers for this attribute by calling the function with itself."""
    for decorator in node.decorators if node is not None else ():
        last = called_name(decorator, renamed).replace("_", "").lower()
        if last == "classproperty" or (last in {"declaredattr", "directive"} and name[:2] == "__"):
            return True
    return False


def is_formula(node: f.FunctionDef | None, renamed: Renamed) -> bool:
    """Whether a function is a declared_attr that only returns, as those do that compute names."""
    if node is None or len(node.body) != 1 or not isinstance(node.body[0], f.Return):
        return False
    return any(called_name(each, renamed) == "declared_attr" for each in node.decorators)


def bases_of(node: f.ClassDef) -> tuple[f.Expr, ...]:
    """The bases of a class, those that are given to `with_metaclass(meta, *bases)` too."""
    found: list[f.Expr] = []
    for base in node.bases:
        if isinstance(base, f.Call) and called_name(base.func) == "with_metaclass":
            found += base.args[1:]
        else:
            found.append(base)
    return tuple(found)


def metaclass_of(node: f.ClassDef) -> f.Expr | None:
    """The metaclass that a class names: by keyword, `with_metaclass` or `@add_metaclass`."""
    for keyword in node.keywords:
        if keyword.name == "metaclass":
            return keyword.value
    for name, exprs in (("with_metaclass", node.bases), ("add_metaclass", node.decorators)):
        for expr in exprs:
            if isinstance(expr, f.Call) and called_name(expr.func) == name and expr.args:
                return expr.args[0]
    return None
