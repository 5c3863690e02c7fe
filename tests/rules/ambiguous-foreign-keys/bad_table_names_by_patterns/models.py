"""Table names made of class names, as projects make them."""

import re

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, declared_attr, relationship

CAMEL = re.compile(r"(?<!^)(?=[A-Z])")


def camel_to_snake(name):
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    name = re.sub("__([A-Z])", r"_\1", name)
    name = re.sub("([a-z0-9])([A-Z])", r"\1_\2", name)
    return name.lower()


class Compiled:
    @declared_attr
    def __tablename__(cls):
        return CAMEL.sub("_", cls.__name__).lower()


class Found:
    @declared_attr
    def __tablename__(cls):
        return "_".join(re.findall("[A-Z][^A-Z]*", cls.__name__)).lower()


class Stepwise:
    @declared_attr
    def __tablename__(cls):
        return camel_to_snake(cls.__name__)


class Letters:
    @declared_attr
    def __tablename__(cls):
        letters = ["_" + c.lower() if c.isupper() else c for c in cls.__name__]
        return "".join(letters).lstrip("_")


Base = declarative_base()


class FlowRun(Compiled, Base):
    id = Column(Integer, primary_key=True)
    tasks = relationship("TaskRun")


class TaskRun(Found, Base):
    id = Column(Integer, primary_key=True)
    flow_run_id = Column(ForeignKey("flow_run.id"))
    steps = relationship("TaskStep")


class TaskStep(Stepwise, Base):
    id = Column(Integer, primary_key=True)
    task_run_id = Column(ForeignKey("task_run.id"))
    log_id = Column(ForeignKey("step_log.id"))
    raw_log_id = Column(ForeignKey("step_log.id"))
    log = relationship("StepLog")  # finds: SG101


class StepLog(Letters, Base):
    id = Column(Integer, primary_key=True)
