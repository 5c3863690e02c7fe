"""`declared_attr.cascading` gives the heir a second key to its parent."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, declared_attr

Base = declarative_base()


class HasBoss:
    @declared_attr.cascading
    def boss_id(cls):
        return Column(ForeignKey("person.id"))


class Person(HasBoss, Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    kind = Column(String(20))
    __mapper_args__ = {"polymorphic_on": kind, "polymorphic_identity": "person"}


class Engineer(Person):  # finds: SG104
    __tablename__ = "engineer"
    id = Column(ForeignKey("person.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "engineer"}
