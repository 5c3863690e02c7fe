"""What an expression may be. Identity matters: two calls make two things."""

from __future__ import annotations

from safeguards.findings import Place
from safeguards.scan.interpret.symbols import kind


class Value:
    """The base of all values."""

    __slots__ = ()


class Unknown(Value):
    """Something that the text does not tell; `reason` is for people."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason


class Literal(Value):
    """A string, number, boolean or None; `place` is where it is written."""

    __slots__ = ("place", "value")

    def __init__(self, value: str | int | float | bool | None, place: Place) -> None:
        self.value = value
        self.place = place


class Sequence(Value):
    """A list, tuple or set; not `complete` when some elements are not known."""

    __slots__ = ("complete", "items")

    def __init__(self, items: list[Value], *, complete: bool = True) -> None:
        self.items = items
        self.complete = complete


class Mapping(Value):
    """A dict with string keys; not `complete` when some entries are not known."""

    __slots__ = ("complete", "items")

    def __init__(self, items: dict[str, Value], *, complete: bool = True) -> None:
        self.items = items
        self.complete = complete


class Symbol(Value):
    """Something imported from outside the project, by its dotted name."""

    __slots__ = ("kind", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.kind = kind(name)


class Made(Value):
    """The result of calling something outside the project, such as `Column(…)`.

    `receiver` is the object whose method was called, `info` the project's class that was
    instantiated. Not `complete` when `*args` or `**kwargs` hid some arguments.
    """

    __slots__ = ("args", "complete", "info", "kind", "kwargs", "place", "receiver", "symbol")

    def __init__(
        self,
        symbol: str,
        args: list[Value],
        kwargs: dict[str, Value],
        place: Place,
        *,
        complete: bool = True,
        receiver: Value | None = None,
        info: Value | None = None,
    ) -> None:
        self.symbol = symbol
        self.kind = kind(symbol)
        self.args = args
        self.kwargs = kwargs
        self.place = place
        self.complete = complete
        self.receiver = receiver
        self.info = info


class Given:
    """What a call is given, and where it stands; not `complete` when `*` or `**` hid some."""

    __slots__ = ("args", "complete", "kwargs", "place")

    def __init__(
        self, args: list[Value], kwargs: dict[str, Value], place: Place, *, complete: bool = True
    ) -> None:
        self.args = args
        self.kwargs = kwargs
        self.place = place
        self.complete = complete


class Partial(Value):
    """`functools.partial(func, …)`."""

    __slots__ = ("func", "given")

    def __init__(self, func: Value, given: Given) -> None:
        self.func = func
        self.given = given

    def with_more(self, given: Given) -> Given:
        """What `func` is given when this is called with more."""
        args = [*self.given.args, *given.args]
        kwargs = {**self.given.kwargs, **given.kwargs}
        return Given(args, kwargs, given.place, complete=self.given.complete and given.complete)


class Member(Value):
    """`owner.name` where the owner is a mapped class, a table or another made object."""

    __slots__ = ("name", "owner", "place")

    def __init__(self, owner: Value, name: str, place: Place) -> None:
        self.owner = owner
        self.name = name
        self.place = place


class Operation(Value):
    """An operation on values that are not all literal, such as `A.id == B.a_id`."""

    __slots__ = ("op", "operands")

    def __init__(self, op: str, operands: list[Value]) -> None:
        self.op = op
        self.operands = operands


class Ending:
    """How a row of statements ends: what it may return, and whether it may run on to its end.

    `jump` names the `break`, `continue` or `raise` that ends it otherwise; `?` is one of several.
    """

    __slots__ = ("jump", "returned", "through")

    def __init__(self, returned: list[Value], *, through: bool, jump: str = "") -> None:
        self.returned = returned
        self.through = through
        self.jump = jump


def text(value: Value | None) -> str | None:
    """The string that a value certainly is, or None."""
    return value.value if isinstance(value, Literal) and isinstance(value.value, str) else None


def is_declared_attr(value: Value) -> bool:
    """Whether a decorator makes an attribute of each class that inherits it."""
    if isinstance(value, Member):  # `db.declared_attr`, which is SQLAlchemy's own
        owner = value.owner
        is_extension = isinstance(owner, Made) and owner.kind == "SQLAlchemy"
        return value.name == "declared_attr" and is_extension
    return isinstance(value, Symbol) and (
        value.kind == "declared_attr" or "declared_attr" in value.name.split(".")
    )


def truth(value: Value | None) -> bool | None:
    """Whether a value is true, or None when the text does not tell."""
    if isinstance(value, Literal):
        return bool(value.value)
    if isinstance(value, Sequence) and value.complete:
        return bool(value.items)
    if isinstance(value, Symbol) and value.name.endswith(".TYPE_CHECKING"):
        return False
    return None
