"""A backref makes the other side, and it is this side that is refused."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Task(Base):
    __tablename__ = "task"
    id = Column(Integer, primary_key=True)
    assignee_id = Column(ForeignKey("user.id"))
    reviewer_id = Column(ForeignKey("user.id"))
    assignee = relationship("User", backref=backref("tasks", lazy="dynamic"))  # finds: SG101
