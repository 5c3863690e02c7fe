"""A misspelled name is written anew inside its string; quotes and the rest stay."""

from __future__ import annotations

import pytest
from tests.unit.scan.fixes.kit import judge, repaired

SOURCE = """\
from typing import List, Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Customer(Base):
    __tablename__ = "customer"
    id: Mapped[int] = mapped_column(primary_key=True)
    {many}


class Order(Base):
    __tablename__ = "order"
    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    {one}
"""


def fixed(*, many: str = "x = 1", one: str = "x = 1") -> str:
    return repaired(SOURCE.format(many=many, one=one), unsafe=False).files["models.py"].decode()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("one = relationship('Custommer')", "one = relationship('Customer')"),
        ('one = relationship(r"Custommer")', 'one = relationship(r"Customer")'),
        (
            'one = relationship(argument="""Custommer""")',
            'one = relationship(argument="""Customer""")',
        ),
        ('one: Mapped["Custommer"] = relationship()', 'one: Mapped["Customer"] = relationship()'),
        (
            "one: Mapped[Optional['Custommer']] = relationship()",
            "one: Mapped[Optional['Customer']] = relationship()",
        ),
        ('one: "Mapped[Custommer]" = relationship()', 'one: "Mapped[Customer]" = relationship()'),
        ('one = relationship("shop.models.Customer")', 'one = relationship("Customer")'),
        (
            'one = relationship("Customer", foreign_keys="[Orders.customer_id]")',
            'one = relationship("Customer", foreign_keys="[Order.customer_id]")',
        ),
    ],
)
def test_a_target_is_spelled_as_its_class(before: str, after: str) -> None:
    text = fixed(one=before)
    assert text == SOURCE.format(many="x = 1", one=after)
    assert judge({"models.py": text.encode()}) == ()


@pytest.mark.parametrize(
    "written",
    [
        'one = relationship("Client")',
        'one = relationship("Cust" "ommer")',
        'one = relationship("\\x43ustommer")',
        'one = relationship(f"Custommer")',
    ],
)
def test_what_is_not_certain_is_left_alone(written: str) -> None:
    assert fixed(one=written) == SOURCE.format(many="x = 1", one=written)


def test_a_class_that_cannot_be_joined_is_not_what_was_meant() -> None:
    written = 'things = relationship("Orderr", primaryjoin="Customer.id == Order.id")'
    assert fixed(many=written) == SOURCE.format(many=written, one="x = 1")


def test_back_populates_is_spelled_as_the_side_that_leads_back() -> None:
    many = 'orders = relationship("Order", back_populates="client")'
    one = 'customer = relationship("Customer", back_populates="orders")'
    assert fixed(many=many, one=one) == SOURCE.format(
        many=many.replace("client", "customer"), one=one
    )


def test_back_populates_without_a_side_that_leads_back_is_left_alone() -> None:
    many = 'orders = relationship("Order", back_populates="custome")'
    one = 'customer = relationship("Customer")'
    assert fixed(many=many, one=one) == SOURCE.format(many=many, one=one)


MANY_TO_MANY = """\
from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
Table(
    "post_tag",
    Base.metadata,
    Column("post_id", ForeignKey("post.id")),
    Column("tag_id", ForeignKey("tag.id")),
)


class Tag(Base):
    __tablename__ = "tag"
    id = Column(Integer, primary_key=True)


class PostTags(Base):
    __tablename__ = "other"
    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    tags = relationship("Tag", secondary="{name}")
"""


def test_a_secondary_is_spelled_as_its_table() -> None:
    before, after = MANY_TO_MANY.format(name="post_tags"), MANY_TO_MANY.format(name="post_tag")
    assert repaired(before, unsafe=False).files["models.py"].decode() == after
