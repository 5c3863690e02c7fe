"""A backref takes foreign_keys from the side that makes it."""

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
    assignee = relationship("User", foreign_keys=[assignee_id], backref="tasks")
    reviewer = relationship("User", foreign_keys=[reviewer_id], backref=backref("reviews"))
