"""A ForeignKeyConstraint over column objects."""

from sqlalchemy import Column, ForeignKeyConstraint, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Country(Base):
    __tablename__ = "country"
    code = Column(String(2), primary_key=True)


class City(Base):
    __tablename__ = "city"
    id = Column(Integer, primary_key=True)
    country_code = Column(String(2))
    country = relationship("Country")
    __table_args__ = (ForeignKeyConstraint([country_code], [Country.code]),)
