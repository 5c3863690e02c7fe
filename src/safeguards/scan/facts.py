"""What one file says, as plain values: the part of its syntax that can shape a mapping.

`extract.py` makes facts from bytes; nothing here is resolved or interpreted. Facts depend on
the bytes alone, so they can be cached under a hash of the content. Lines and columns count
from 1; columns are characters.
"""

from __future__ import annotations

import msgspec


class Node(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A piece of syntax and where it starts."""

    line: int
    column: int


class Const(Node, frozen=True, array_like=True, gc=False, tag="c"):
    """A literal: string, number, boolean or None."""

    value: str | int | float | bool | None


class Name(Node, frozen=True, array_like=True, gc=False, tag="n"):
    """A bare name."""

    id: str


class Attr(Node, frozen=True, array_like=True, gc=False, tag="a"):
    """`value.attr`."""

    value: Expr
    attr: str


class Star(Node, frozen=True, array_like=True, gc=False, tag="*"):
    """`*value` in a call or a display."""

    value: Expr


class Keyword(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`name=value` in a call; `name` is None for `**value`."""

    name: str | None
    value: Expr


class Call(Node, frozen=True, array_like=True, gc=False, tag="()"):
    """A call; `end_line` is the line of its closing parenthesis."""

    func: Expr
    args: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    end_line: int


class Items(Node, frozen=True, array_like=True, gc=False, tag="[]"):
    """A list, tuple or set display."""

    items: tuple[Expr, ...]
    is_tuple: bool = False


class Pairs(Node, frozen=True, array_like=True, gc=False, tag="{}"):
    """A dict display; a None key is `**value`."""

    keys: tuple[Expr | None, ...]
    values: tuple[Expr, ...]


class Subscript(Node, frozen=True, array_like=True, gc=False, tag="i"):
    """`value[index]`."""

    value: Expr
    index: Expr


class Lambda(Node, frozen=True, array_like=True, gc=False, tag="l"):
    """`lambda params: body`."""

    params: tuple[Param, ...]
    body: Expr


class Operation(Node, frozen=True, array_like=True, gc=False, tag="o"):
    """A unary, binary, boolean or comparison operation, by its symbol (`+`, `==`, `and`, …)."""

    op: str
    operands: tuple[Expr, ...]


class Format(Node, frozen=True, array_like=True, gc=False, tag="f"):
    """An f-string; `plain` is false when a part is converted or formatted, other than by `:s`."""

    parts: tuple[Expr, ...]
    plain: bool


class Choice(Node, frozen=True, array_like=True, gc=False, tag="?"):
    """`body if test else orelse`."""

    test: Expr
    body: Expr
    orelse: Expr


class Comprehension(Node, frozen=True, array_like=True, gc=False, tag="for"):
    """A comprehension; `conditions` filter it. Further `for`s are comprehensions in `element`:
    starred, or as they are in that of a dict, which `merges` its elements, dicts themselves.
    """

    element: Expr
    target: Expr
    iterable: Expr
    conditions: tuple[Expr, ...]
    merges: bool


class Opaque(Node, frozen=True, array_like=True, gc=False, tag="x"):
    """Syntax that is not interpreted; `kind` names it."""

    kind: str


Expr = (
    Const
    | Name
    | Attr
    | Star
    | Call
    | Items
    | Pairs
    | Subscript
    | Lambda
    | Operation
    | Format
    | Choice
    | Comprehension
    | Opaque
)


class Param(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A parameter; `kind` is `p` (positional), `k` (keyword only), `*` or `**`."""

    name: str
    kind: str
    default: Expr | None


class Bind(Node, frozen=True, array_like=True, gc=False, tag="="):
    """`target: annotation = value`; `op` is set for `target op= value`."""

    target: Expr
    value: Expr | None
    annotation: Expr | None
    op: str


class Do(Node, frozen=True, array_like=True, gc=False, tag="!"):
    """An expression statement."""

    value: Expr


class Return(Node, frozen=True, array_like=True, gc=False, tag="r"):
    """`return value`."""

    value: Expr | None


class Import(Node, frozen=True, array_like=True, gc=False, tag="<"):
    """One imported name.

    `import a.b as c` is module `a.b`, name "", alias `c`; `from ..a import b` is module `a`,
    name `b`, level 2; a star import has the name `*`.
    """

    module: str
    name: str
    alias: str
    level: int


class ClassDef(Node, frozen=True, array_like=True, gc=False, tag="class"):
    """A class statement."""

    name: str
    bases: tuple[Expr, ...]
    keywords: tuple[Keyword, ...]
    decorators: tuple[Expr, ...]
    body: tuple[Statement, ...]
    end_line: int


class FunctionDef(Node, frozen=True, array_like=True, gc=False, tag="def"):
    """A function statement. The body is empty and `kept` false when it cannot shape a mapping."""

    name: str
    params: tuple[Param, ...]
    decorators: tuple[Expr, ...]
    returns: Expr | None
    body: tuple[Statement, ...]
    kept: bool


class Branch(Node, frozen=True, array_like=True, gc=False, tag="if"):
    """`if` (test given) or `try` (test None): the alternatives of which one or more run."""

    test: Expr | None
    body: tuple[Statement, ...]
    orelse: tuple[Statement, ...]


class Loop(Node, frozen=True, array_like=True, gc=False, tag="loop"):
    """`for target in iterable` (`while` has neither)."""

    target: Expr | None
    iterable: Expr | None
    body: tuple[Statement, ...]


class Jump(Node, frozen=True, array_like=True, gc=False, tag="j"):
    """`break`, `continue` or `raise`, by its `kind`."""

    kind: str


class Global(Node, frozen=True, array_like=True, gc=False, tag="g"):
    """`global names` in a function."""

    names: tuple[str, ...]


Statement = Bind | Do | Return | Import | ClassDef | FunctionDef | Branch | Loop | Jump | Global


class Ignore(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """`# safeguards: ignore[CODE, …] reason`; no codes means every rule."""

    line: int
    column: int
    codes: tuple[str, ...]
    reason: str


class FileFacts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """All that one file says. `fault` and `fault_line` are set when it could not be parsed."""

    body: tuple[Statement, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    fault: str = ""
    fault_line: int = 1
    fault_column: int = 1


FORMAT = 8
"""Version of this vocabulary; caches written under another one are not read."""
