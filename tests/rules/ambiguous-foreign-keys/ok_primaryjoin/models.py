"""An explicit primaryjoin skips the search."""

from sqlalchemy import Boolean, Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    assigned = relationship("Task", primaryjoin="User.id == Task.assignee_id", viewonly=True)
    open_reviews = relationship(
        "Task",
        primaryjoin="and_(User.id == Task.reviewer_id, Task.done == False)",
        viewonly=True,
    )


class Task(Base):
    __tablename__ = "task"
    id = Column(Integer, primary_key=True)
    done = Column(Boolean)
    assignee_id = Column(ForeignKey("user.id"))
    reviewer_id = Column(ForeignKey("user.id"))
    assignee = relationship(User, primaryjoin=assignee_id == User.id)
    reviewer = relationship("User", primaryjoin=lambda: Task.reviewer_id == User.id)
