"""A mixin's __table_args__ puts both tables into a schema."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class InCrm:
    __table_args__ = {"schema": "crm"}


class Contact(InCrm, Base):
    __tablename__ = "contact"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Call(InCrm, Base):
    __tablename__ = "call"
    id = Column(Integer, primary_key=True)
    caller_id = Column(ForeignKey("crm.contact.id"))
    callee_id = Column(ForeignKey("crm.contact.id"))
    caller = relationship("Contact")  # finds: SG101
