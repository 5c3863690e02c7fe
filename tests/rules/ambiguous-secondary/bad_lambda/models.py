"""The secondary is a lambda."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Station(Base):
    __tablename__ = "station"
    id = Column(Integer, primary_key=True)
    lines = relationship("Line", secondary=lambda: stops)  # finds: SG102


class Line(Base):
    __tablename__ = "line"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


stops = Table(
    "stop",
    Base.metadata,
    Column("station_id", ForeignKey("station.id")),
    Column("line_id", ForeignKey("line.id")),
    Column("next_station_id", ForeignKey("station.id")),
)
