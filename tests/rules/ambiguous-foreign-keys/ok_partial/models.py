"""partial() of relationship and mapped_column, and of a function of the project."""

import functools

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

key = functools.partial(mapped_column, primary_key=True)


def reference(target, **options):
    return mapped_column(ForeignKey(target), **options)


to_user = functools.partial(reference, "user.id", nullable=True)


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = key()


class Loan(Base):
    __tablename__ = "loan"
    id: Mapped[int] = key()
    lender_id: Mapped[int] = to_user()
    borrower_id: Mapped[int] = to_user(index=True)
    lender: Mapped["User"] = functools.partial(relationship, foreign_keys=[lender_id])()
    borrower = functools.partial(relationship, foreign_keys=[borrower_id])("User")
