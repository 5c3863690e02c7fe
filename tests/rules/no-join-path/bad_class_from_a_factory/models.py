"""A function that returns a mapped class, called with known arguments."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


def make_model(name, key):
    class Model(Base):
        __tablename__ = name
        id = Column(Integer, primary_key=True)
        owner_id = Column(ForeignKey(key)) if key else Column(Integer)
        owner = relationship("User")  # finds: SG103

    return Model


Note = make_model("note", None)
