"""Column() and mapped_column() in one project."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Warehouse(Base):
    __tablename__ = "warehouse"
    id: Mapped[int] = mapped_column(primary_key=True)
    name = Column(String(50))


class Move(Base):
    __tablename__ = "move"
    id: Mapped[int] = mapped_column(primary_key=True)
    from_id = Column(Integer, ForeignKey("warehouse.id"))
    to_id: Mapped[int] = mapped_column(Integer, ForeignKey("warehouse.id"))
    source = relationship(Warehouse)  # finds: SG101
    destination: Mapped[Warehouse] = relationship(foreign_keys=to_id)
