"""Declarative bases, registries and metadata, each known by where it is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from safeguards.scan.interpret.evaluate import Evaluator
from safeguards.scan.interpret.scopes import ClassInfo
from safeguards.scan.interpret.values import Made, Member, Symbol, Unknown, Value, text
from safeguards.scan.project import Metadata, Registry
from safeguards.scan.resolve.names import Names

SQLMODEL = "sqlmodel.SQLModel"
"""The key of the registry that all models of SQLModel share."""

Style = Literal["declarative", "sqlmodel", "flask"]


class Root:
    """A declarative base: its registry, its dialect of declarative, its own class if it has one.

    `mixin` is the class whose attributes the base carries (`declarative_base(cls=…)`).
    """

    __slots__ = ("info", "mixin", "registry", "style")

    def __init__(
        self,
        registry: Registry,
        style: Style,
        info: ClassInfo | None = None,
        mixin: ClassInfo | None = None,
    ) -> None:
        self.registry = registry
        self.style = style
        self.info = info
        self.mixin = mixin


class Registries:
    """Makes each root, registry and metadata once."""

    def __init__(self, evaluator: Evaluator, root_of: Callable[[ClassInfo], Root | None]) -> None:
        self._evaluator = evaluator
        self._root_of = root_of
        self._roots: dict[object, Root] = {}
        self._registries: dict[object, Registry] = {}
        self._metadata: dict[object, Metadata] = {}
        self.names = Names()

    def all_metadata(self) -> list[Metadata]:
        """Every metadata met so far."""
        return list(self._metadata.values())

    def declared(self, info: ClassInfo) -> Root:
        """The root that a class statement makes (`class Base(DeclarativeBase)`)."""
        if info.identity not in self._roots:
            given = self._class_value(info, "registry")
            registry = self._registry(given if given is not None else info)
            metadata = self._class_value(info, "metadata")
            if metadata is not None and given is None:
                registry.metadata = self.metadata(metadata)
            self._roots[info.identity] = Root(registry, "declarative", info=info)
        return self._roots[info.identity]

    def made(self, base: Made) -> Root:
        """The root of `declarative_base(…)`, `automap_base()` or `registry.generate_base()`."""
        if base.place not in self._roots:
            is_open = base.kind == "automap_base"
            if base.receiver is not None:
                registry = self.of_registry(base.receiver).registry
            else:
                key: Value = base.kwargs.get("class_registry", base)
                registry = self._registry(key, is_open=is_open)
                if "metadata" in base.kwargs:
                    registry.metadata = self.metadata(base.kwargs["metadata"])
            mixin = base.kwargs.get("cls")
            known = mixin if isinstance(mixin, ClassInfo) else None
            self._roots[base.place] = Root(registry, "declarative", mixin=known)
        return self._roots[base.place]

    def flask(self, db: Made) -> Root:
        """The root of `db.Model`."""
        if db.place not in self._roots:
            registry = self._registry(db)
            if "metadata" in db.kwargs:
                registry.metadata = self.metadata(db.kwargs["metadata"])
            mixin = db.kwargs.get("model_class")
            known = mixin if isinstance(mixin, ClassInfo) else None
            self._roots[db.place] = Root(registry, "flask", mixin=known)
        return self._roots[db.place]

    def sqlmodel(self) -> Root:
        """The root of `SQLModel` itself."""
        return self._by_name(SQLMODEL, "sqlmodel", is_open=False)

    def foreign(self, name: str, style: Style) -> Root:
        """The root of a base that lives outside the project; other classes may live there too."""
        return self._by_name(name, style, is_open=True)

    def of_registry(self, value: Value) -> Root:
        """The root of a `registry()` object used by decorator or `map_imperatively`."""
        return Root(self._registry(value), "declarative")

    def metadata(self, value: Value | None) -> Metadata:
        """The metadata that a value is; one that is not known is open and a world of its own."""
        if isinstance(value, Member) and value.name == "metadata":
            owner = self._owner_metadata(value.owner)
            if owner is not None:
                return owner
        key = _key(value)
        if key not in self._metadata:
            schema = value.kwargs.get("schema") if isinstance(value, Made) else None
            known = isinstance(value, Made) and value.kind == "MetaData"
            self._metadata[key] = Metadata(key, text(schema), is_open=not known)
        return self._metadata[key]

    def bound(self, metadata: Metadata, bind: str | None) -> Metadata:
        """The metadata that Flask-SQLAlchemy keeps for a bind key; the given one without a key."""
        if bind is None:
            return metadata
        key = (metadata.key, "bind", bind)
        return self._metadata.setdefault(key, Metadata(key, None, is_open=metadata.open))

    def _owner_metadata(self, owner: Value) -> Metadata | None:
        if isinstance(owner, ClassInfo):
            own = self._class_value(owner, "metadata")
            if own is not None:
                return self.metadata(own)
        if isinstance(owner, Made) and owner.kind == "registry":
            return self._registry(owner).metadata
        root = self._root_behind(owner)
        return root.registry.metadata if root is not None else None

    def _root_behind(self, owner: Value) -> Root | None:
        """The root that carries `.metadata` and `.registry`: a base, a class on it, `db`."""
        if isinstance(owner, ClassInfo):
            return self._root_of(owner)
        if isinstance(owner, Made) and owner.kind == "SQLAlchemy":
            return self.flask(owner)
        if isinstance(owner, Made):
            bases = {"declarative_base", "automap_base"}
            return self.made(owner) if owner.kind in bases or owner.receiver is not None else None
        if isinstance(owner, Member) and owner.name in {"Model", "registry"}:
            return self._root_behind(owner.owner)
        if isinstance(owner, Symbol) and owner.kind == "SQLModel":
            return self.sqlmodel()
        return None

    def _by_name(self, name: str, style: Style, *, is_open: bool) -> Root:
        """The root of a class by its dotted name.

        Foreign ones from one package share a registry: `Model` and the mixins beside it, or the
        same base imported by two paths, are one world far more often than two.
        """
        if name not in self._roots:
            world = name.partition(".")[0] if is_open else name
            metadata = self._metadata.setdefault(world, Metadata(world, None, is_open=is_open))
            registry = Registry(world, metadata, is_open=is_open)
            self._roots[name] = Root(self._registries.setdefault(world, registry), style)
        return self._roots[name]

    def _registry(self, value: Value, *, is_open: bool = False) -> Registry:
        if isinstance(value, Member) and value.name == "registry":
            root = self._root_behind(value.owner)
            if root is not None:
                return root.registry
        key = _key(value)
        if key not in self._registries:
            given = value.kwargs.get("metadata") if isinstance(value, Made) else None
            unknown = is_open or isinstance(value, Symbol | Unknown)
            if given is not None:
                metadata = self.metadata(given)
            else:
                own = ("metadata of", key)
                metadata = self._metadata.setdefault(own, Metadata(own, None, is_open=unknown))
            self._registries[key] = Registry(key, metadata, is_open=unknown)
        return self._registries[key]

    def _class_value(self, info: ClassInfo, name: str) -> Value | None:
        bindings = info.scope.bindings.get(name)
        if not bindings or not any(b.node is not None for b in bindings):
            return None
        value = self._evaluator.bound(bindings)
        return (
            None if isinstance(value, Unknown) and value.reason.startswith("not known") else value
        )


def _key(value: Value | None) -> object:
    if isinstance(value, Made):
        return value.place
    if isinstance(value, ClassInfo):
        return value.identity
    if isinstance(value, Symbol):
        return value.name
    if isinstance(value, Member):
        return (_key(value.owner), value.name)
    return ("unknown", id(value))
