from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base

Base = declarative_base()


country = Table(
    "country",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String, unique=False),
)
city = Table(
    "city",
    Base.metadata,
    Column("id", Integer, primary_key=True),
    Column("country_code", ForeignKey("country.code")),  # finds: SG125 warning
)


class Country(Base):
    __table__ = country
