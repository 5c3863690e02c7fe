"""With overlapping keys, foreign_keys keeps the constraint whose whole column set it names."""

from sqlalchemy import Column, ForeignKey, ForeignKeyConstraint, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    tenant_id = Column(Integer, primary_key=True)
    id = Column(Integer, primary_key=True)
    badge = Column(Integer, unique=True)


class Ticket(Base):
    __tablename__ = "ticket"
    id = Column(Integer, primary_key=True)
    tenant_id = Column(Integer)
    owner_id = Column(Integer, ForeignKey("person.badge"))
    owner = relationship("Person", foreign_keys=[owner_id])
    same_tenant_owner = relationship("Person", foreign_keys=[tenant_id, owner_id], viewonly=True)
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "owner_id"], ["person.tenant_id", "person.id"]),
    )
