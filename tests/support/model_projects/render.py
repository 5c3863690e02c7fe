"""A project of models → its source files."""

from __future__ import annotations

from tests.support.model_projects.spec import Mixin, Model, Relation, Secondary, Spec

HEAD = """\
from typing import List, Optional
from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, Table
from sqlalchemy.orm import backref, declared_attr, relationship
"""
MODERN = "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n"
POSTPONED = "from __future__ import annotations\n"
BASE = {
    False: "from sqlalchemy.orm import declarative_base\nBase = declarative_base()\n",
    True: "class Base(DeclarativeBase):\n    __allow_unmapped__ = True\n",
}
ANNOTATIONS = {"list": "List", "scalar": "", "optional": "Optional"}


def render(spec: Spec) -> dict[str, str]:
    """Source by path."""
    head = (POSTPONED if spec.postponed else "") + HEAD + (MODERN if spec.modern else "")
    mixin = _mixin(spec.mixin) if spec.mixin else ""
    tables = "".join(_secondary(each) for each in spec.secondaries)
    if not spec.spread:
        classes = "".join(_class(spec, index) for index in range(len(spec.models)))
        return {"models.py": head + BASE[spec.modern] + mixin + tables + classes}
    files = {"base.py": head + BASE[spec.modern] + mixin}
    files["tables.py"] = head + "from base import Base\n" + tables
    for index, model in enumerate(spec.models):
        imports = "from base import Base" + (", Mixin\n" if spec.mixin else "\n")
        if model.parent:
            imports += f"from {model.parent.lower()} import {model.parent}\n"
        files[f"{model.name.lower()}.py"] = head + imports + _class(spec, index)
    return files


def _mixin(mixin: Mixin) -> str:
    arguments = {"argument": repr(mixin.target)} | mixin.arguments
    if "lambda" in mixin.arguments.get("primaryjoin", ""):
        arguments["primaryjoin"] = f'f"{mixin.target}.id == {{cls.__name__}}.mixed_id"'
    return (
        "class Mixin:\n"
        "    @declared_attr\n    def mixed_id(cls):\n"
        f"        return Column(ForeignKey({mixin.column!r}))\n"
        "    @declared_attr\n    def mixed(cls):\n"
        f"        return relationship({_call(arguments)})\n"
    )


def _secondary(secondary: Secondary) -> str:
    columns = "".join(
        f", Column({key.name!r}, {_column(key.targets)})" for key in secondary.columns
    )
    return f"{secondary.name} = Table({secondary.name!r}, Base.metadata{columns})\n"


def _column(targets: tuple[str, ...]) -> str:
    return ", ".join(["Integer", *(f"ForeignKey({target!r})" for target in targets)])


def _class(spec: Spec, index: int) -> str:
    model = spec.models[index]
    bases = (["Mixin"] if model.mixes else []) + [model.parent or "Base"]
    lines = [f"class {model.name}({', '.join(bases)}):"]
    if model.table is not None:
        lines.append(f"    __tablename__ = {model.table!r}")
        lines += [
            _declared(spec, k.name, _column(k.targets), "primary_key=True") for k in model.primary
        ]
    lines += [_declared(spec, k.name, _column(k.targets), "nullable=True") for k in model.keys]
    lines += _composites(spec, model)
    if model.mapper_args:
        lines.append(f"    __mapper_args__ = {model.mapper_args}")
    known = set() if spec.spread else {m.name for m in spec.models[:index]}
    lines += [_relation(each, known) for each in model.relations]
    return "\n".join([*lines, "    pass", ""])


def _declared(spec: Spec, name: str, *arguments: str) -> str:
    call = ", ".join(arguments)
    if spec.modern:
        return f"    {name}: Mapped[int] = mapped_column({call})"
    return f"    {name} = Column({call})"


def _composites(spec: Spec, model: Model) -> list[str]:
    lines, constraints = [], []
    above = next((m for m in spec.models if m.name == model.parent), None)
    if model.table is not None and above is not None and len(model.primary) == 2:
        while above.table is None:
            above = next(m for m in spec.models if m.name == above.parent)
        constraints.append(_constraint(["a", "b"], [f"{above.table}.a", f"{above.table}.b"]))
    for each in model.composites:
        own, theirs = [f"{each.name}a", f"{each.name}b"], [f"{each.table}.a", f"{each.table}.b"]
        lines += [_declared(spec, name, "Integer", "nullable=True") for name in own]
        if each.together:
            constraints.append(_constraint(own, theirs))
        else:
            constraints += [_constraint([a], [b]) for a, b in zip(own, theirs, strict=True)]
    if constraints:
        lines.append(f"    __table_args__ = ({', '.join(constraints)},)")
    return lines


def _constraint(own: list[str], theirs: list[str]) -> str:
    return f"ForeignKeyConstraint({own!r}, {theirs!r})"


def _relation(relation: Relation, known: set[str]) -> str:
    arguments = relation.arguments
    if relation.annotation:
        outer = ANNOTATIONS[relation.annotation]
        inner = f'{outer}["{relation.target}"]' if outer else f'"{relation.target}"'
        return f"    {relation.key}: Mapped[{inner}] = relationship({_call(arguments)})"
    by_name = relation.by_name and relation.target in known
    target = relation.target if by_name else repr(relation.target)
    return f"    {relation.key} = relationship({_call({'argument': target} | arguments)})"


def _call(arguments: dict[str, str]) -> str:
    named = [f"{name}={value}" for name, value in arguments.items() if name != "argument"]
    return ", ".join([*([arguments["argument"]] if "argument" in arguments else []), *named])
