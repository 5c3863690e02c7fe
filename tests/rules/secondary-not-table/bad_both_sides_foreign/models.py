from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base, foreign, relationship

Base = declarative_base()


class Account(Base):
    __tablename__ = "account"
    id = Column(Integer, primary_key=True)
    code = Column(String)
    marked = relationship(  # finds: SG117
        "Entry", primaryjoin="foreign(Account.code) == foreign(Entry.code)"
    )
    listed = relationship(  # finds: SG117
        "Entry",
        primaryjoin="Account.code == Entry.code",
        foreign_keys="[Account.code, Entry.code]",
        viewonly=True,
    )


class Entry(Base):
    __tablename__ = "entry"
    id = Column(Integer, primary_key=True)
    code = Column(String)
