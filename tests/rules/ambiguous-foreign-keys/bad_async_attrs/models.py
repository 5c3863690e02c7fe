"""The base class as asyncio projects write it."""

from datetime import datetime

from sqlalchemy import DateTime, ForeignKey, MetaData
from sqlalchemy.ext.asyncio import AsyncAttrs
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(AsyncAttrs, DeclarativeBase):
    metadata = MetaData(naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s"})
    type_annotation_map = {datetime: DateTime(timezone=True)}


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    created: Mapped[datetime]


class Loan(Base):
    __tablename__ = "loan"
    id: Mapped[int] = mapped_column(primary_key=True)
    lender_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    borrower_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    lender: Mapped[User] = relationship(lazy="selectin")  # finds: SG101
