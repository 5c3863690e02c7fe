from sqlalchemy import Column, ForeignKey, Index, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Country(Base):
    __tablename__ = "country"
    __table_args__ = (Index("by_code", "code", unique=True),)
    id = Column(Integer, primary_key=True)
    code = Column(String)


class City(Base):
    __tablename__ = "city"
    id = Column(Integer, primary_key=True)
    country_code = Column(ForeignKey("country.code"))
