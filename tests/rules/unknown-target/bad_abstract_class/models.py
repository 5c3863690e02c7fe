"""An abstract class is not mapped and cannot be named."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Owner(Base):
    __abstract__ = True
    id = Column(Integer, primary_key=True)


class Person(Owner):
    __tablename__ = "person"


class Pet(Base):
    __tablename__ = "pet"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("person.id"))
    owner = relationship("Owner")  # finds: SG105
