from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, String, UniqueConstraint
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Country(Base):
    __tablename__ = "country"
    __table_args__ = (UniqueConstraint("code"), UniqueConstraint("region", "name"))
    id = Column(Integer, primary_key=True)
    region = Column(String)
    name = Column(String)
    code = Column(String)


class City(Base):
    __tablename__ = "city"
    __table_args__ = (
        ForeignKeyConstraint(["region", "name"], ["country.region", "country.name"]),
    )
    id = Column(Integer, primary_key=True)
    region = Column(String)
    name = Column(String)
    code = Column(ForeignKey("country.code"))
