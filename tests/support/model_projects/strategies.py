"""The drawing of projects. Each choice shrinks towards the plainest one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from hypothesis import strategies as st

from tests.support.model_projects.spec import (
    Composite,
    Key,
    Mixin,
    Model,
    Relation,
    Secondary,
    Spec,
)

T = TypeVar("T")


class Dice:
    """Draws one thing at a time."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def one_of(self, choices: Sequence[T]) -> T:
        """One of these; repeat a choice to make it likelier."""
        return self._draw(st.sampled_from(choices))

    def happens(self, tenths: int) -> bool:
        """True so many times in ten."""
        return self.one_of([False] * (10 - tenths) + [True] * tenths)


@st.composite
def specs(draw: st.DrawFn, *, modern: bool) -> Spec:
    """A project; `Mapped[…]` is only drawn where `modern` allows it."""
    dice = Dice(draw)
    shells: list[Model] = []
    for index in range(dice.one_of([2, 2, 3, 3, 4])):
        shells.append(_shell(dice, index, shells))
    models = [_with_keys(dice, model, shells) for model in shells]
    secondaries = [_secondary(dice, n, models) for n in range(dice.one_of([0, 0, 1, 1, 2]))]
    style = modern and dice.happens(5)
    models = [_with_relations(dice, model, models, secondaries, style) for model in models]
    models = _linked(dice, models)
    mixin = _mixin(dice, models) if dice.happens(2) else None
    if mixin is not None:
        models = [_mixed(dice, model) for model in models]
    spread = dice.happens(4)
    return Spec(
        models=tuple(models),
        secondaries=tuple(secondaries),
        mixin=mixin,
        modern=style,
        spread=spread,
        postponed=style and dice.happens(3),
    )


def _shell(dice: Dice, index: int, earlier: list[Model]) -> Model:
    """A model with its table and primary key, and no other column."""
    name, table = f"C{index}", f"t{index}"
    if not (earlier and dice.happens(3)):
        two = dice.happens(1)
        return Model(name, table, (Key("a"), Key("b")) if two else (Key("id"),))
    parent = dice.one_of(earlier)
    if dice.happens(3):
        return Model(name, None, parent.primary, parent.name)
    above = _table(parent, earlier)
    if len(parent.primary) == 2:
        return Model(name, table, (Key("a"), Key("b")), parent.name)
    above = dice.one_of([above] * 9 + [_table(dice.one_of(earlier), earlier)])
    targets = (f"{above}.id",) if dice.happens(9) else ()
    condition = ""
    if dice.happens(2):
        condition = f"{{'inherit_condition': id == {parent.name}.id}}"
    return Model(name, table, (Key("id", targets),), parent.name, mapper_args=condition)


def _table(model: Model, models: Sequence[Model]) -> str:
    by_name = {each.name: each for each in models}
    while model.table is None and model.parent is not None:
        model = by_name[model.parent]
    return model.table or ""


def _with_keys(dice: Dice, model: Model, models: list[Model]) -> Model:
    keys, composites = [], []
    for index in range(dice.one_of([0, 1, 1, 2, 2, 3])):
        target, name = dice.one_of(models), f"{model.name.lower()}_k{index}"
        if len(target.primary) == 2:
            if model.table is not None:
                together = not dice.happens(3)
                composites.append(Composite(name, _table(target, models), together))
            continue
        spec = f"{_table(target, models)}.id"
        odd = dice.one_of(["", "", "", "", "", "", "", "", "plain", "two", "nowhere"])
        other = f"{_table(dice.one_of(models), models)}.id"
        targets = {"": (spec,), "plain": (), "two": (spec, other), "nowhere": ("gone.id",)}[odd]
        keys.append(Key(name, targets))
    return _changed(model, keys=tuple(keys), composites=tuple(composites))


def _secondary(dice: Dice, index: int, models: list[Model]) -> Secondary:
    columns = []
    for number in range(dice.one_of([2, 2, 2, 3, 1])):
        target = dice.one_of(models)
        whole = len(target.primary) == 1 and dice.happens(9)
        targets = (f"{_table(target, models)}.id",) if whole else ()
        columns.append(Key(f"s{number}", targets))
    return Secondary(f"sec{index}", tuple(columns))


def _with_relations(
    dice: Dice, model: Model, models: list[Model], secondaries: list[Secondary], modern: bool
) -> Model:
    relations = []
    for index in range(dice.one_of([0, 1, 1, 2, 3])):
        target = dice.one_of(models)
        arguments = _arguments(dice, model, target, secondaries)
        if "viewonly" not in arguments and dice.happens(1):
            arguments["backref"] = repr(f"back_{model.name}_{index}")
        annotation = dice.one_of(["", "list", "scalar", "optional"]) if modern else ""
        named = target.name if dice.one_of([True] * 30 + [False]) else "Typo"
        key = f"{model.name.lower()}_r{index}"
        relations.append(Relation(key, named, arguments, annotation, dice.happens(3)))
    return _changed(model, relations=tuple(relations))


def _arguments(
    dice: Dice, model: Model, target: Model, secondaries: list[Secondary]
) -> dict[str, str]:
    found: dict[str, str] = {}
    own, theirs = [k.name for k in model.keys], [k.name for k in target.keys]
    chosen = dice.one_of(secondaries) if secondaries and dice.happens(3) else None
    if chosen is not None:
        found["secondary"] = repr(chosen.name)
    found |= _join(dice, model, target, own, theirs)
    if chosen is not None and "primaryjoin" not in found and dice.happens(2):
        column = dice.one_of(chosen.columns).name
        found["primaryjoin"] = repr(f"{model.name}.{_first(model)} == {chosen.name}.c.{column}")
    if chosen is not None and dice.happens(2):
        column = dice.one_of(chosen.columns).name
        found["secondaryjoin"] = repr(f"{target.name}.{_first(target)} == {chosen.name}.c.{column}")
    if target.name == model.name and dice.happens(4):
        remote = repr(f"{model.name}.{_first(model)}")
        found["remote_side"] = remote if dice.happens(5) or not own else f"[{dice.one_of(own)}]"
    elif dice.happens(1):
        named = dice.one_of(
            [f"{target.name}.{_first(target)}", *(f"{model.name}.{k}" for k in own)]
        )
        found["remote_side"] = repr(named)
    if dice.happens(1):
        found["viewonly"] = "True"
    return found | dice.one_of([{}] * 12 + [{name: value} for name, value in _OPTIONS])


def _join(
    dice: Dice, model: Model, target: Model, own: list[str], theirs: list[str]
) -> dict[str, str]:
    """`foreign_keys` or `primaryjoin`, right or wrong."""
    here, there = f"{target.name}.{_first(target)}", f"{model.name}.{_first(model)}"
    way = dice.one_of([*[""] * 10, "own", "own", "quoted", "theirs", "two", "key", *_JOINS])
    if way in {"own", "quoted", "two", "join", "typo", "marked"} and not own:
        return {}
    if way == "own":
        return {"foreign_keys": f"[{dice.one_of(own)}]"}
    if way == "quoted":
        return {"foreign_keys": repr(f"[{model.name}.{dice.one_of(own)}]")}
    if way == "theirs" and theirs:
        return {"foreign_keys": repr(f"{target.name}.{dice.one_of(theirs)}")}
    if way == "two":
        return {"foreign_keys": f"[{', '.join(own)}]"}
    if way == "key":
        return {"foreign_keys": repr(here)}
    if way == "join":
        return {"primaryjoin": repr(f"{model.name}.{dice.one_of(own)} == {here}")}
    if way == "typo":
        return {"primaryjoin": repr(f"Mistake.{dice.one_of(own)} == {here}")}
    if way == "marked":
        return {"primaryjoin": repr(f"foreign({model.name}.{dice.one_of(own)}) == remote({here})")}
    if way == "plain":
        return {"primaryjoin": repr(f"{there} == {here}")}
    return {}


_OPTIONS = (
    *(("lazy", repr(loader)) for loader in ("dynamic", "write_only", "joined", "joind")),
    *(("collection_class", kind) for kind in ("dict", "set", "tuple")),
    ("sync_backref", "True"),
    ("uselist", "False"),
)
_JOINS = ("join", "join", "marked", "plain", "typo")


def _first(model: Model) -> str:
    return model.primary[0].name


def _linked(dice: Dice, models: list[Model]) -> list[Model]:
    """Some relationships name another as their other side, most of them mutually."""
    relations = {(m.name, r.key): r for m in models for r in m.relations}
    for (owner, key), relation in list(relations.items()):
        if _one_way(relations[owner, key]) or not dice.happens(3):
            continue
        candidates = [
            at for at, r in relations.items() if at[0] == relation.target and r.target == owner
        ]
        if not candidates:
            if dice.happens(1):
                relations[owner, key] = _with(relations[owner, key], back_populates="'nothing'")
            continue
        other = dice.one_of(candidates)
        relations[owner, key] = _with(relations[owner, key], back_populates=repr(other[1]))
        if not _one_way(relations[other]) and not dice.happens(1):
            relations[other] = _with(relations[other], back_populates=repr(key))
    return [
        _changed(m, relations=tuple(relations[m.name, r.key] for r in m.relations)) for m in models
    ]


def _one_way(relation: Relation) -> bool:
    return not {"back_populates", "backref", "viewonly"}.isdisjoint(relation.arguments)


def _with(relation: Relation, **arguments: str) -> Relation:
    return Relation(
        relation.key,
        relation.target,
        relation.arguments | arguments,
        relation.annotation,
        relation.by_name,
    )


def _mixin(dice: Dice, models: list[Model]) -> Mixin | None:
    targets = [m for m in models if len(m.primary) == 1 and m.table is not None]
    if not targets:
        return None
    target = dice.one_of(targets)
    arguments = dice.one_of(
        [
            {},
            {"foreign_keys": "[cls.mixed_id]"},
            {"primaryjoin": f"lambda: {target.name}.id == cls.mixed_id"},
            {"foreign_keys": 'f"{cls.__name__}.mixed_id"'},
        ]
    )
    return Mixin(target.name, f"{target.table}.id", arguments)


def _mixed(dice: Dice, model: Model) -> Model:
    return _changed(model, mixes=model.parent is None and dice.happens(5))


def _changed(model: Model, **values: object) -> Model:
    fields = {name: getattr(model, name) for name in model.__struct_fields__}
    return Model(**fields | values)
