from sqlalchemy import Column, ForeignKeyConstraint, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Country(Base):
    __tablename__ = "country"
    region = Column(String, primary_key=True)
    code = Column(String, primary_key=True)


class City(Base):
    __tablename__ = "city"
    __table_args__ = (
        ForeignKeyConstraint(["region", "code"], ["country.region", "country.code"]),
    )
    id = Column(Integer, primary_key=True)
    region = Column(String)
    code = Column(String)
