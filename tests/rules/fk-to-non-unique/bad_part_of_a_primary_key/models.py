from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Country(Base):
    __tablename__ = "country"
    region = Column(String, primary_key=True)
    code = Column(String, primary_key=True)


class City(Base):
    __tablename__ = "city"
    id = Column(Integer, primary_key=True)
    country_code = Column(ForeignKey("country.code"))  # finds: SG125 warning
