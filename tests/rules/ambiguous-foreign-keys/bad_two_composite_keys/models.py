"""Two composite keys share the tenant column."""

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Person(Base):
    __tablename__ = "person"
    tenant_id: Mapped[int] = mapped_column(primary_key=True)
    id: Mapped[int] = mapped_column(primary_key=True)


class Ticket(Base):
    __tablename__ = "ticket"
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "owner_id"], ["person.tenant_id", "person.id"]),
        ForeignKeyConstraint(["tenant_id", "reporter_id"], ["person.tenant_id", "person.id"]),
        {"comment": "support"},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    tenant_id: Mapped[int]
    owner_id: Mapped[int]
    reporter_id: Mapped[int]
    owner: Mapped["Person"] = relationship()  # finds: SG101
