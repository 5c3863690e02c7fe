"""The class maps a Table given as __table__."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class City(Base):
    __tablename__ = "city"
    id = Column(Integer, primary_key=True)
    name = Column(String(80))


flights = Table(
    "flight",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("departure_id", Integer, ForeignKey("city.id")),
    Column("arrival_id", Integer, ForeignKey("city.id")),
)


class Flight(Base):
    __table__ = flights
    departure = relationship(City)  # finds: SG101
