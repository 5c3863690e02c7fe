"""The registry's decorator for dataclasses."""

from __future__ import annotations
from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, registry, relationship

reg = registry()


@reg.mapped_as_dataclass
class User:
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)


@reg.mapped_as_dataclass
class Loan:
    __tablename__ = "loan"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    borrower_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    lender: Mapped[User] = relationship(init=False)  # finds: SG101
