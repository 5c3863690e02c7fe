from typing import Optional

from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from types_ import intpk, maybe_user_fk, user_fk


class Base(DeclarativeBase):
    pass


class User(Base):
    __tablename__ = "user"
    id: Mapped[intpk]


class Loan(Base):
    __tablename__ = "loan"
    id: Mapped[intpk]
    lender_id: Mapped[user_fk] = mapped_column("lender")
    borrower_id: Mapped[Optional[user_fk]]
    witness_id: Mapped[maybe_user_fk]
    lender: Mapped["User"] = relationship(foreign_keys=[lender_id])
    borrower: Mapped["User"] = relationship(foreign_keys="Loan.borrower_id")
    witness: Mapped["User"] = relationship(foreign_keys=lambda: Loan.witness_id)
