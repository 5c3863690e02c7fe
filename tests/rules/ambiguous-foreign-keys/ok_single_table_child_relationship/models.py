"""Only the child of a single table has a relationship, over the only key."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Event(Base):
    __tablename__ = "event"
    id = Column(Integer, primary_key=True)
    kind = Column(String(20))
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "event"}


class Approval(Event):
    approver_id = Column(ForeignKey("user.id"))
    approver = relationship("User")
    __mapper_args__ = {"polymorphic_identity": "approval"}
