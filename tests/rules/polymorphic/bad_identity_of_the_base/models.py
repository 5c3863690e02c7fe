from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)
    kind = Column(String)
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "animal"}


class Dog(Animal):  # finds: SG123 warning
    __tablename__ = "dog"
    __mapper_args__ = {"polymorphic_identity": "animal"}
    id = Column(ForeignKey("animal.id"), primary_key=True)
