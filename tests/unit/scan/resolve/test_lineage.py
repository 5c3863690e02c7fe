from __future__ import annotations

import pytest
from tests.support.scan_case import scan_files
from tests.unit.scan.kit import HEAD, Resolved, keys, model

MIXINS = """\
class Root:
    a = relationship("FromRoot")
class Left(Root):
    b = relationship("FromLeft")
class Right(Root):
    a = relationship("FromRight")
    b = relationship("FromRight")
"""


def targets(source: str, name: str = "T") -> dict[str, str]:
    mapper = Resolved(source).mapper(name)
    found = {k: p.relationship for k, p in mapper.properties.items() if p.relationship}
    return {key: each.missing or each.target.name for key, each in found.items() if each.missing}


@pytest.mark.parametrize(
    ("bases", "expected"),
    [
        ("Left, Right, Base", {"a": "FromRight", "b": "FromLeft"}),
        ("Right, Left, Base", {"a": "FromRight", "b": "FromRight"}),
        ("Left, Base", {"a": "FromRoot", "b": "FromLeft"}),
        ("Left, Root, Base", {"a": "FromRoot", "b": "FromLeft"}),
        ("Base, Left, Right", {"a": "FromRight", "b": "FromLeft"}),
    ],
)
def test_attributes_come_in_the_order_in_which_python_finds_them(
    bases: str, expected: dict[str, str]
) -> None:
    assert targets(MIXINS + model("T", base=bases)) == expected


MAPPED = {
    "declarative_base": ("B = declarative_base()\nclass T(B): pass\n", {"T"}),
    "declarative base class": ("class B(DeclarativeBase): pass\nclass T(B): pass\n", {"T"}),
    "base class in two steps": (
        "class M(DeclarativeBase): __abstract__ = True\nclass T(M): pass\nclass C(T): pass\n",
        {"T", "C"},
    ),
    "as dataclass": (
        "class B(MappedAsDataclass, DeclarativeBase): pass\nclass T(B): pass\n",
        {"T"},
    ),
    "metaclass": ("class B(metaclass=DeclarativeMeta): pass\nclass T(B): pass\n", {"T"}),
    "as_declarative": ("@as_declarative()\nclass B: pass\nclass T(B): pass\n", {"T"}),
    "registry.generate_base": ("r = registry()\nB = r.generate_base()\nclass T(B): pass\n", {"T"}),
    "registry.mapped": ("r = registry()\n@r.mapped\nclass T: pass\nclass U: pass\n", {"T"}),
    "registry.mapped_as_dataclass": (
        "r = registry()\n@r.mapped_as_dataclass(init=False)\nclass T: pass\n",
        {"T"},
    ),
    "on a base from elsewhere, with a relationship": (
        "import away\nclass T(away.Thing):\n    a = relationship('T')\n",
        {"T"},
    ),
    "on a base from elsewhere, without": (
        "import away\nclass T(away.Thing):\n    a = Column(Integer)\n    b = away.relate('T')\n",
        set(),
    ),
    "on a base from elsewhere, with a declared_attr": (
        "import away\nclass T(away.Thing):\n    a = declared_attr(lambda cls: relationship('T'))\n",
        set(),
    ),
    "abstract": ("class A(Base): __abstract__ = True\nclass T(A): pass\n", {"T"}),
    "abstract is not inherited": (
        "class A(Base): __abstract__ = True\nclass T(A): __abstract__ = False\n",
        {"T"},
    ),
    "a mixin is not mapped": ("class M: pass\nclass T(M, Base): pass\n", {"T"}),
    "a plain class is not mapped": ("class T: __tablename__ = 't'\n", set()),
    "a class on a foreign base with a table name": (
        "from elsewhere import Model\nclass T(Model): __tablename__ = 't'\nclass U(Model): pass\n",
        {"T"},
    ),
    "a class that a called function defines": (
        (
            "def make():\n    class T(Base): __tablename__ = 't'\nmake()\n"
            "def idle():\n    class U(Base): __tablename__ = 'u'\n"
        ),
        {"T"},
    ),
    "under a condition": (
        "if x:\n    class T(Base): pass\nelse:\n    class U(Base): pass\n",
        {"T", "U"},
    ),
    "a class inside a class": ("class T(Base):\n    class U(Base): pass\n", {"T", "U"}),
    "imperatively": (
        "r = registry()\nt = Table('t', r.metadata)\nclass T: pass\nr.map_imperatively(T, t)\n",
        {"T"},
    ),
}


@pytest.mark.parametrize(("source", "expected"), MAPPED.values(), ids=MAPPED.keys())
def test_which_classes_are_mapped(source: str, expected: set[str]) -> None:
    found = Resolved({"models.py": HEAD + source})
    assert found.mapped() == expected


def test_sqlmodel_maps_only_what_asks_for_a_table() -> None:
    files = {
        "models.py": "from sqlmodel import SQLModel\n"
        "class Data(SQLModel): pass\nclass T(SQLModel, table=True): pass\nclass U(T): pass\n"
        "class V(Data, table=False): pass\n"
    }
    assert Resolved(files).mapped() == {"T"}


REGISTRIES = {
    "one base": ("class A(Base): pass\nclass B(Base): pass\n", True),
    "two bases": ("Other = declarative_base()\nclass A(Base): pass\nclass B(Other): pass\n", False),
    "two bases on one registry": (
        (
            "r = registry()\nclass B1(DeclarativeBase): registry = r\nB2 = r.generate_base()\n"
            "class A(B1): pass\nclass B(B2): pass\n"
        ),
        True,
    ),
    "two base classes": (
        (
            "class B1(DeclarativeBase): pass\nclass B2(DeclarativeBase): pass\n"
            "class A(B1): pass\nclass B(B2): pass\n"
        ),
        False,
    ),
    "two calls of one helper": (
        (
            "def make():\n    return declarative_base()\nB1 = make()\nB2 = make()\n"
            "class A(B1): pass\nclass B(B1): pass\n"
        ),
        True,
    ),
}


@pytest.mark.parametrize(("source", "same"), REGISTRIES.values(), ids=REGISTRIES.keys())
def test_which_classes_share_a_registry(source: str, same: bool) -> None:
    found = Resolved(source)
    assert (found.mapper("A").registry is found.mapper("B").registry) is same


def test_a_base_is_one_wherever_it_is_imported_from() -> None:
    files = {
        "shop/__init__.py": "from shop.base import Base as Root\n",
        "shop/base.py": HEAD,
        "shop/a.py": "from . import Root\n" + "class A(Root): pass\n",
        "b.py": "import shop.base as base\nfrom shop.base import *\nclass B(base.Base): pass\n",
    }
    found = Resolved(files)
    assert found.mapper("A").registry is found.mapper("B").registry


def test_a_foreign_base_leaves_its_class_unsure() -> None:
    found = Resolved(
        "from elsewhere import Mixin\n"
        + model("T", "u = relationship('U')", base="Mixin, Base")
        + model("U", *keys(t_id="t.id"))
    )
    assert "Mixin" in found.mapper("T").why_unsure()
    assert found.faults == {("SG199", "T.u")}


@pytest.mark.parametrize("plain", ["abc.ABC", "typing.Generic[int]", "enum.Enum", "object"])
def test_a_plain_foreign_base_does_not(plain: str) -> None:
    source = f"import abc, enum, typing\n{model('T', base=f'{plain}, Base')}"
    assert Resolved(source).mapper("T").why_unsure() == ""


def test_bases_of_one_foreign_package_share_a_registry() -> None:
    source = """\
from framework import Model
from framework.mixins import Audit
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship

class Owner(Model):
    __tablename__ = "owner"
    id = Column(Integer, primary_key=True)

class Report(Model, Audit):
    __tablename__ = "report"
    id = Column(Integer, primary_key=True)
    first_id = Column(ForeignKey("owner.id"))
    second_id = Column(ForeignKey("owner.id"))
    owner = relationship("Owner")
"""
    result = scan_files({"models.py": source.encode()})
    assert [(f.rule, f.relationship) for f in result.findings] == [("SG101", "owner")]


def test_a_base_that_stands_in_for_a_foreign_one_leaves_its_class_unsure() -> None:
    source = """\
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship
try:
    from elsewhere import TokenMixin
except ImportError:
    TokenMixin = BaseException

Base = declarative_base()

class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

class Token(TokenMixin, Base):
    user_id = Column(ForeignKey("user.id"))
    user = relationship(User)
"""
    result = scan_files({"models.py": source.encode()})
    assert [(f.rule, f.relationship) for f in result.findings] == [("SG199", "user")]


def test_the_model_of_a_db_that_is_not_known_maps_its_classes() -> None:
    source = """\
from elsewhere import make
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship
db = make().db if make else None

class User(db.Model):
    id = Column(Integer, primary_key=True)
    first_id = Column(ForeignKey("user.id"))
    second_id = Column(ForeignKey("user.id"))
    first = relationship("User")
    other = relationship("Elsewhere")
"""
    result = scan_files({"models.py": source.encode()})
    said = [(f.rule, f.severity, f.relationship) for f in result.findings]
    assert said == [("SG101", "error", "first"), ("SG199", "info", "other")]
