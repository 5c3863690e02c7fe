"""Mapped as dataclasses."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column, relationship


class Base(MappedAsDataclass, DeclarativeBase):
    pass


class Station(Base):
    __tablename__ = "station"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    name: Mapped[str]


class Trip(Base):
    __tablename__ = "trip"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    start_id: Mapped[int] = mapped_column(ForeignKey("station.id"), init=False)
    end_id: Mapped[int] = mapped_column(ForeignKey("station.id"), init=False)
    start: Mapped[Station] = relationship(default=None)  # finds: SG101
