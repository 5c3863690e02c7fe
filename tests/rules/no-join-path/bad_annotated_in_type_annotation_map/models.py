"""Annotated types: one holds a key, one stands in type_annotation_map and holds none."""

from typing import Annotated

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

intpk = Annotated[int, mapped_column(primary_key=True)]
user_fk = Annotated[int, mapped_column(ForeignKey("user.id"))]
short = Annotated[str, 20]


class Base(DeclarativeBase):
    type_annotation_map = {short: String(20)}


class User(Base):
    __tablename__ = "user"
    id: Mapped[intpk]
    name: Mapped[short]


class Loan(Base):
    __tablename__ = "loan"
    id: Mapped[intpk]
    lender_id: Mapped[user_fk]
    lender: Mapped["User"] = relationship()


class Gift(Base):
    __tablename__ = "gift"
    id: Mapped[intpk]
    giver: Mapped[short]
    user: Mapped["User"] = relationship()  # finds: SG103
