"""A relationship that only type checkers are meant to see, behind a switch."""

from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Job(Base):
    __tablename__ = "job"
    id = Column(Integer, primary_key=True)


class Task(Base):
    __tablename__ = "task"
    id = Column(Integer, primary_key=True)
    job_id = Column(Integer)


STATIC = True
globals()["STATIC"] = False
if STATIC:
    Task.job = relationship(Job)
