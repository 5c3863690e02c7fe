import contextlib

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Address(Base):
    __tablename__ = "address"
    id = Column(Integer, primary_key=True)


def make_key():
    global made_key
    made_key = Column("made_id", ForeignKey("address.id"))


make_key()
with contextlib.nullcontext(Column("opened_id", ForeignKey("address.id"))) as opened_key:
    pass
print(walrus_key := Column("walrus_id", ForeignKey("address.id")))


class Contact(Base):
    __tablename__ = "contact"
    id = Column(Integer, primary_key=True)
    for looped_id in [Column(ForeignKey("address.id"))]:
        pass
    made_id = made_key
    opened_id = opened_key
    walrus_id = walrus_key
    made = relationship("Address", foreign_keys=[made_key])
    opened = relationship("Address", foreign_keys=[opened_key])
    walrus = relationship("Address", foreign_keys=[walrus_key])
    looped = relationship("Address", foreign_keys=[looped_id])
    late = relationship("Address", foreign_keys=lambda: [Contact.made_id], viewonly=True)
