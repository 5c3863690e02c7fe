"""The table name is a constant and an f-string."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
PREFIX = "crm"
CONTACT = f"{PREFIX}_contact"


class Contact(Base):
    __tablename__ = CONTACT
    id = Column(Integer, primary_key=True)


class Call(Base):
    __tablename__ = PREFIX + "_call"
    id = Column(Integer, primary_key=True)
    caller_id = Column(ForeignKey(f"{CONTACT}.id"))
    callee_id = Column(ForeignKey(CONTACT + ".id"))
    caller = relationship("Contact")  # finds: SG101
