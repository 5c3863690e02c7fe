from sqlalchemy import Column, ForeignKeyConstraint, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Country(Base):
    __tablename__ = "country"
    id = Column(Integer, primary_key=True)
    region = Column(String)
    code = Column(String)


class City(Base):
    __tablename__ = "city"
    __table_args__ = (
        ForeignKeyConstraint(["region", "code"], ["country.region", "country.code"]),  # finds: SG125 warning
    )
    id = Column(Integer, primary_key=True)
    region = Column(String)
    code = Column(String)
