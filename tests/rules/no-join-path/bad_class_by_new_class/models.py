"""types.new_class with a function that fills the body."""

import types

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


def body(namespace):
    namespace["__tablename__"] = "note"
    namespace["id"] = Column(Integer, primary_key=True)
    namespace["owner_id"] = Column(Integer)
    namespace["owner"] = relationship("User")  # finds: SG103


Note = types.new_class("Note", (Base,), exec_body=body)
