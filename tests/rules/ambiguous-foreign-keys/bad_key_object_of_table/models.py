"""Keys given as Column objects of a Table."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
currency = Table("currency", Base.metadata, Column("code", String(3), primary_key=True))


class Currency(Base):
    __table__ = currency


class Rate(Base):
    __tablename__ = "rate"
    id = Column(Integer, primary_key=True)
    source_code = Column(ForeignKey(currency.c.code))
    target_code = Column(ForeignKey(currency.columns["code"]))
    source = relationship(Currency)  # finds: SG101
