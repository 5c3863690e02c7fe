"""`declared_attr.cascading` gives each heir a column of its own."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


class HasId:
    @declared_attr.cascading
    def id(cls):
        for base in cls.__mro__[1:-1]:
            if getattr(base, "__table__", None) is not None:
                return Column(ForeignKey(base.__tablename__ + ".id"), primary_key=True)
        return Column(Integer, primary_key=True)


class Person(HasId, Base):
    __tablename__ = "person"
    kind = Column(String(20))
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "person"}


class Engineer(Person):
    __tablename__ = "engineer"
    mentor_id = Column(ForeignKey("mentor.id"))
    mentor = relationship("Mentor")
    __mapper_args__ = {"polymorphic_identity": "engineer"}


class Mentor(Base):
    __tablename__ = "mentor"
    id = Column(Integer, primary_key=True)
