"""Options of a relationship that SQLAlchemy refuses, each as the reason why."""

from __future__ import annotations

from safeguards.scan.interpret.symbols import is_home
from safeguards.scan.interpret.values import (
    Literal,
    Made,
    Sequence,
    Symbol,
    Unknown,
    Value,
    text,
    truth,
)
from safeguards.scan.project import Relationship
from safeguards.scan.settings import SQLAlchemyVersion

Options = dict[str, Value]

_SHARED = frozenset({
    "_legacy_inactive_history_style", "_local_remote_pairs", "active_history", "argument",
    "back_populates", "backref", "bake_queries", "cascade", "cascade_backrefs",
    "collection_class", "comparator_factory", "distinct_target_key", "doc", "enable_typechecks",
    "foreign_keys", "info", "innerjoin", "join_depth", "lazy", "load_on_pending", "omit_join",
    "order_by", "overlaps", "passive_deletes", "passive_updates", "post_update", "primaryjoin",
    "query_class", "remote_side", "secondary", "secondaryjoin", "single_parent", "sync_backref",
    "uselist", "viewonly",
})  # fmt: skip
_OF_DATACLASSES = frozenset({
    "compare", "dataclass_metadata", "default", "default_factory", "hash", "init", "kw_only",
    "repr",
})  # fmt: skip
_LOADERS = frozenset({
    "baked_select", "dynamic", "immediate", "joined", "noload", "raise", "raise_on_sql", "select",
    "selectin", "subquery", "write_only",
})  # fmt: skip
_QUERYING = frozenset({"dynamic", "write_only"})
"""Loaders that give no objects but a query for them."""

_BY_ANNOTATION = {"DynamicMapped": "dynamic", "WriteOnlyMapped": "write_only"}

_NO_COLLECTIONS = frozenset({
    "builtins.dict", "builtins.frozenset", "builtins.tuple", "collections.OrderedDict",
    "collections.deque", "typing.Dict", "typing.FrozenSet", "typing.Tuple",
})  # fmt: skip
"""Types that SQLAlchemy cannot teach to append."""

_ALL = frozenset({"delete", "expunge", "merge", "refresh-expire", "save-update"})
_CASCADES = _ALL | {"all", "delete-orphan", "none"}
_WRITING = frozenset({"delete", "delete-orphan", "save-update"})


def refused(options: Options, version: SQLAlchemyVersion) -> str:
    """Why SQLAlchemy refuses these options whatever the relationship joins."""
    named = cascades(options.get("cascade"))
    unknown = sorted(named - _CASCADES)
    if unknown:
        return f"{unknown[0]!r} is no cascade"
    viewonly = truth(options.get("viewonly")) is True
    if viewonly and truth(options.get("sync_backref")) is True:
        return "a view-only relationship cannot have sync_backref=True"
    if viewonly and version == "1.4" and named & _WRITING:
        return "a view-only relationship cannot cascade writes"
    given = options.get("cascade_backrefs")
    if version != "1.4" and isinstance(given, Literal) and given.value is True:
        return "cascade_backrefs can only be False"
    deletes = named & {"delete", "delete-orphan"} and not may_only_view(options)
    if deletes and text(options.get("passive_deletes")) == "all":
        return 'passive_deletes="all" excludes a delete cascade'
    loader = text(options.get("lazy"))
    return f"lazy={loader!r} is no loader" if loader and _is_no_loader(loader, version) else ""


def unknown_keyword(found: Relationship, version: SQLAlchemyVersion) -> str:
    """A keyword that SQLAlchemy's own `relationship()` does not take, or an empty string."""
    made = found.made
    if made is None or made.kind != "relationship" or not is_home(made.symbol):
        return ""
    known = _SHARED if version == "1.4" else _SHARED | _OF_DATACLASSES
    if made.symbol.endswith("dynamic_loader"):
        return ""
    return next((name for name in made.kwargs if name not in known), "")


def unknown_keyword_of_backref(made: Made) -> str:
    """A keyword that `relationship()` does not take from `backref()`, or an empty string."""
    return next((name for name in made.kwargs if name not in _SHARED), "") if made.complete else ""


def orphans(options: Options, direction: str | None) -> str:
    """Why orphans cannot be deleted on this side, or an empty string."""
    if direction is None or direction == "one-to-many" or "?" in options:
        return ""
    if "delete-orphan" not in cascades(options.get("cascade")) or may_only_view(options):
        return ""
    single = options.get("single_parent")
    if single is not None and truth(single) is not False:
        return ""
    return f"delete-orphan on a {direction} relationship"


def unloadable(options: Options, direction: str | None, version: SQLAlchemyVersion) -> str:
    """Why what is loaded cannot be put where it belongs, or an empty string."""
    if direction is None or "?" in options:
        return ""
    many = truth(options["uselist"]) if "uselist" in options else direction != "many-to-one"
    loader = text(options.get("lazy"))
    if loader in _QUERYING:
        if many is False or (many and direction == "many-to-one" and version != "1.4"):
            return f'lazy="{loader}" on what holds a single object'
        return ""
    if many is not True:
        return ""
    given = options.get("collection_class")
    if isinstance(given, Symbol) and given.name in _NO_COLLECTIONS:
        return f"a {given.name.rpartition('.')[2]} is no collection that SQLAlchemy can fill"
    return "a string is no collection_class" if text(given) else ""


def effective(found: Relationship, version: SQLAlchemyVersion) -> Options:
    """The options of a relationship, with those that its maker and its annotation set."""
    options, annotation = dict(found.arguments), found.annotation
    if found.made is not None and found.made.symbol.endswith(".dynamic_loader"):
        options["lazy"] = Literal("dynamic", found.place)
    if version == "1.4" or not annotation.is_mapped:
        return options
    if annotation.mapped in _BY_ANNOTATION:
        options["lazy"] = Literal(_BY_ANNOTATION[annotation.mapped], found.place)
    elif annotation.collection:
        options.setdefault("collection_class", Symbol(annotation.collection))
    elif annotation.is_generic or annotation.is_union:
        options["uselist"] = Unknown("its annotation may be that of a collection")
    elif not annotation.is_list and "collection_class" not in options:
        options["uselist"] = Literal(False, found.place)
    return options


def cascades(value: Value | None) -> set[str]:
    """The cascades that an option certainly names, `all` spelled out as well."""
    words: list[str | None] = []
    if text(value) is not None:
        words = [word.strip() for word in str(text(value)).split(",")]
    elif isinstance(value, Sequence) and value.complete:
        words = [text(item) for item in value.items]
    found = {word for word in words if word}
    return found | _ALL if "all" in found else found


def may_only_view(options: Options) -> bool:
    """Whether a relationship is view-only, or may be."""
    return "viewonly" in options and truth(options["viewonly"]) is not False


def _is_no_loader(name: str, version: SQLAlchemyVersion) -> bool:
    """Whether a loader is none of SQLAlchemy's, and none that another package may bring."""
    if name in _LOADERS:
        return version == "1.4" and name == "write_only"
    import difflib  # slow to load, and seldom needed

    return bool(difflib.get_close_matches(name.lower(), _LOADERS, 1))
