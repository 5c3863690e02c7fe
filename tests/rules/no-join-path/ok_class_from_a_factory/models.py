"""A function that returns a mapped class, called twice with known arguments."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


def make_model(name, key="user.id"):
    class Model(Base):
        __tablename__ = name
        id = Column(Integer, primary_key=True)
        owner_id = Column(ForeignKey(key)) if key else Column(Integer)
        owner = relationship("User")

    Model.__name__ = name.capitalize()
    return Model


Note = make_model("note")
Task = make_model(name="task", key="user" + ".id")
User.task = relationship(Task, viewonly=True)
