"""The names of the tables depend on what the text does not tell, so the key may lead to one."""

import os

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, declared_attr, relationship


class Named:
    @declared_attr
    def __tablename__(cls):
        return os.environ.get("NO_SUCH_PREFIX", "") + cls.__name__.lower()


Base = declarative_base(cls=Named)


class Flow(Base):
    id = Column(Integer, primary_key=True)
    tasks = relationship("Task", primaryjoin="Task.flow_id == Flow.id")


class Task(Base):
    id = Column(Integer, primary_key=True)
    flow_id = Column(Integer, ForeignKey("flow.id"))
