"""Concrete tables below AbstractConcreteBase; the base itself is mapped to all of them."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.ext.declarative import AbstractConcreteBase
from sqlalchemy.orm import declared_attr

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Employee(AbstractConcreteBase, Base):
    @declared_attr
    def user_id(cls):
        return Column(ForeignKey("user.id"))

    @declared_attr
    def user(cls):
        return relationship("User")


class Manager(Employee):
    __tablename__ = "manager"
    id = Column(Integer, primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "manager", "concrete": True}


class Engineer(Employee):
    __tablename__ = "engineer"
    id = Column(Integer, primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "engineer", "concrete": True}
