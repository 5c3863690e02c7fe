"""Annotations that SQLAlchemy 2.0 and later refuse to read."""

from __future__ import annotations

from safeguards.scan import facts as f
from safeguards.scan.interpret import annotated
from safeguards.scan.interpret.scopes import ClassInfo
from safeguards.scan.interpret.values import Made
from safeguards.scan.project import Mapper
from safeguards.scan.resolve.attributes import Attributes, Written
from safeguards.scan.resolve.references import spelled
from safeguards.scan.resolve.shapes import is_plain

_PLAIN_TYPES = frozenset({
    "Any", "Decimal", "Dict", "List", "Optional", "Set", "Union", "bool", "bytes", "date",
    "datetime", "dict", "float", "int", "list", "set", "str",
})  # fmt: skip
_ATTRIBUTES = frozenset({"column_property", "deferred", "mapped_column", "relationship"})
_ABSTRACT = frozenset({"AbstractSet", "Collection", "MutableSequence", "Sequence"})


def are_read(mapper: Mapper, attributes: Attributes) -> bool:
    """Whether SQLAlchemy certainly reads the annotations of a class strictly."""
    info = mapper.info
    for source in attributes.lineage(info):
        if "__allow_unmapped__" in source.scope.bindings or source.node.decorators:
            return False
        if any("dataclass" in spelled(base).lower() for base in source.node.bases):
            return False
    return is_plain(info, attributes) and "__table__" not in info.scope.bindings


def fault(item: Written) -> tuple[str, str] | None:
    """What is wrong with the annotation of one attribute, and what to do; None for nothing."""
    expr = item.node.annotation
    if expr is None or item.name.startswith("_"):
        return None
    if isinstance(expr, f.Const) and isinstance(expr.value, str):
        expr = annotated.parse(expr.value, expr.line, expr.column) or expr
    made = item.value if isinstance(item.value, Made) else None
    is_attribute = made is not None and made.kind in _ATTRIBUTES
    if is_plain_type(expr, item.owner) and (item.node.value is None or is_attribute):
        written = "it is annotated, but not as Mapped[…]"
        return written, f"Write {item.name}: Mapped[…], or ClassVar[…] for what is no column."
    if made is None or made.kind != "relationship" or "collection_class" in made.kwargs:
        return None
    abstract = _abstract_collection(expr, item.owner)
    if abstract and made.complete:
        return (
            f"SQLAlchemy cannot make a collection of the kind {abstract}",
            "Annotate it as Mapped[list[…]], or pass collection_class=list.",
        )
    return None


def is_plain_type(expr: f.Expr, owner: ClassInfo) -> bool:
    """Whether an annotation is certainly one that SQLAlchemy takes for no mapped attribute."""
    if isinstance(expr, f.Operation) and expr.op == "|":
        return any(is_plain_type(operand, owner) for operand in expr.operands)
    head = expr.value if isinstance(expr, f.Subscript) else expr
    return _imported(head, owner) in _PLAIN_TYPES


def _abstract_collection(expr: f.Expr, owner: ClassInfo) -> str:
    if not isinstance(expr, f.Subscript) or _imported(expr.value, owner) != "Mapped":
        return ""
    inner = expr.index
    if isinstance(inner, f.Const) and isinstance(inner.value, str):
        inner = annotated.parse(inner.value, inner.line, inner.column) or inner
    head = _imported(inner.value, owner) if isinstance(inner, f.Subscript) else ""
    return head if head in _ABSTRACT else ""


def _imported(expr: f.Expr, owner: ClassInfo) -> str:
    """The last name of a type, as it is called where it is imported from."""
    if isinstance(expr, f.Attr):
        return expr.attr
    if not isinstance(expr, f.Name):
        return ""
    bindings = owner.module.scope.bindings.get(expr.id, [])
    node = bindings[-1].node if bindings else None
    return node.name if isinstance(node, f.Import) and node.name else expr.id
