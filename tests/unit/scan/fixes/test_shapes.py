"""A new argument takes the shape of the call that it is put into."""

from __future__ import annotations

import ast

import pytest
from tests.unit.scan.fixes.kit import judge, models, repaired

KEY = "foreign_keys=[billing_id]"
R = "billing = relationship"
INSERTED = [
    (f'{R}("Address")', f'{R}("Address", {KEY})'),
    (f'{R}("Address",)', f'{R}("Address", {KEY},)'),
    (f'{R}("Address", )', f'{R}("Address", {KEY}, )'),
    (f"{R}('Address')  # who pays", f"{R}('Address', {KEY})  # who pays"),
    (f'{R}(("Address"))', f'{R}(("Address"), {KEY})'),
    (f"{R}(lambda: Address)", f"{R}(lambda: Address, {KEY})"),
    (f'{R}("Add" "ress")', f'{R}("Add" "ress", {KEY})'),
    (f'{R}("Address"); x = "ä"', f'{R}("Address", {KEY}); x = "ä"'),
    (f'ä = "äöü"; {R}("Address")', f'ä = "äöü"; {R}("Address", {KEY})'),
    (
        f'{R}(\n    "Address",\n    lazy="joined",\n)',
        f'{R}(\n    "Address",\n    lazy="joined",\n    {KEY},\n)',
    ),
    (
        f'{R}(\n    "Address",\n    lazy="joined"\n)',
        f'{R}(\n    "Address",\n    lazy="joined",\n    {KEY}\n)',
    ),
    (
        f'{R}(\n    "Address",  # where to\n    # nothing more\n)',
        f'{R}(\n    "Address",  # where to\n    # nothing more\n    {KEY},\n)',
    ),
    (
        f'{R}(\n    "Address"  # where, to\n)',
        f'{R}(\n    "Address",  # where, to\n    {KEY}\n)',
    ),
    (
        f'{R}("Address",\n                       lazy="joined")',
        f'{R}("Address",\n                       lazy="joined",\n                       {KEY})',
    ),
    (f'{R}("Address",\n)', f'{R}("Address",\n    {KEY},\n)'),
    (
        f'{R}(\n\t"Address",\n\tlazy="joined",\n)',
        f'{R}(\n\t"Address",\n\tlazy="joined",\n\t{KEY},\n)',
    ),
    (
        f'{R}(\n    "Address", lazy="joined")',
        f'{R}(\n    "Address", lazy="joined", {KEY})',
    ),
    (
        f'{R}(\n    "Address"\n    ,\n)',
        f'{R}(\n    "Address"\n    ,\n    {KEY},\n)',
    ),
    (
        f'{R}("""Address""", doc="""two\nlines, (""")',
        f'{R}("""Address""", doc="""two\nlines, (""", {KEY})',
    ),
]


@pytest.mark.parametrize(("before", "after"), INSERTED, ids=range(len(INSERTED)))
def test_an_argument_is_added_in_the_shape_of_its_call(before: str, after: str) -> None:
    source, expected = models(before), models(after)
    fixed = repaired(source, unsafe=False)
    assert fixed.files["models.py"].decode() == expected
    assert [f.rule for f in fixed.fixed] == ["SG101"]
    ast.parse(expected)
    assert judge(fixed.files) == ()


@pytest.mark.parametrize(("before", "after"), INSERTED, ids=range(len(INSERTED)))
@pytest.mark.parametrize("end", ["\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_line_ends_and_byte_order_mark_stay(before: str, after: str, end: str, mark: bytes) -> None:
    source = mark + models(before).replace("\n", end).encode()
    expected = mark + models(after).replace("\n", end).encode()
    assert repaired(source).files["models.py"] == expected


def test_the_encoding_stays() -> None:
    cookie = "# -*- coding: latin-1 -*-\n"
    source = cookie + models('ä = "ü"; billing = relationship("Address")')
    expected = cookie + models(
        'ä = "ü"; billing = relationship("Address", foreign_keys=[billing_id])'
    )
    fixed = repaired(source.encode("latin-1"))
    assert fixed.files["models.py"] == expected.encode("latin-1")


HELPERS = """
options = {}


def made():
    return relationship("Address")

"""


@pytest.mark.parametrize(
    "statement",
    [
        'billing = relationship("Address", **options)',
        'billing = relationship(*["Address"])',
        'payer = relationship("Address")',
        "billing = made()",
        'billing = relationship("Address", foreign_keys=[billing_id, shipping_id])',
    ],
)
def test_what_is_not_certain_is_left_alone(statement: str) -> None:
    source = models(statement, head=HELPERS)
    fixed = repaired(source)
    assert fixed.files["models.py"].decode() == source
    assert fixed.fixed == ()


def test_a_column_that_comes_later_is_named_in_a_string() -> None:
    source = models("x = 1").replace(
        "    billing_id", '    billing = relationship("Address")\n    billing_id'
    )
    fixed = repaired(source).files["models.py"].decode()
    assert 'billing = relationship("Address", foreign_keys="Invoice.billing_id")' in fixed


def test_a_column_of_a_class_whose_name_is_not_unique_has_no_certain_name() -> None:
    second = """
class Other:
    class Invoice(Base):
        __tablename__ = "other_invoice"
        id = Column(Integer, primary_key=True)
"""
    source = models('billing = relationship("Address")') + second
    assert repaired(source).fixed == ()


def test_a_mixin_names_the_column_of_each_class() -> None:
    source = """\
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Audited:
    @declared_attr
    def creator_id(cls):
        return Column(ForeignKey("user.id"))

    @declared_attr
    def editor_id(cls):
        return Column(ForeignKey("user.id"))

    @declared_attr
    def creator(self):
        return relationship("User")


class Post(Audited, Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)


class Page(Audited, Base):
    __tablename__ = "page"
    id = Column(Integer, primary_key=True)
"""
    fixed = repaired(source, unsafe=False)
    assert fixed.files["models.py"].decode() == source.replace(
        'relationship("User")', 'relationship("User", foreign_keys=[self.creator_id])'
    )
    assert judge(fixed.files) == ()
