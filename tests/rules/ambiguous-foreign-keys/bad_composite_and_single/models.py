"""A composite key and a single key to the same table."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    tenant_id = Column(Integer, primary_key=True)
    id = Column(Integer, primary_key=True)
    code = Column(String(10), unique=True)


class Ticket(Base):
    __tablename__ = "ticket"
    id = Column(Integer, primary_key=True)
    tenant_id = Column(Integer)
    owner_id = Column(Integer)
    reporter_code = Column(String(10), ForeignKey("person.code"))
    owner = relationship("Person")  # finds: SG101
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "owner_id"], ["person.tenant_id", "person.id"]),
    )
