from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Country(Base):
    __tablename__ = "country"
    id = Column(Integer, primary_key=True)
    code = Column(String, unique=True)


class City(Base):
    __tablename__ = "city"
    id = Column(Integer, primary_key=True)
    country_id = Column(ForeignKey("country.id"))
    country_code = Column(ForeignKey("country.code"))
