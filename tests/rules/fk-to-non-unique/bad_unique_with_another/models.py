from sqlalchemy import Column, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Country(Base):
    __tablename__ = "country"
    __table_args__ = (UniqueConstraint("region", "code"),)
    id = Column(Integer, primary_key=True)
    region = Column(String)
    code = Column(String)


class City(Base):
    __tablename__ = "city"
    id = Column(Integer, primary_key=True)
    country_code = Column(ForeignKey("country.code"))  # finds: SG125 warning
