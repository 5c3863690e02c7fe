"""A key whose target a class property of the project names."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm import declared_attr

Base = declarative_base()


class classproperty:
    def __init__(self, function):
        self.function = function

    def __get__(self, instance, owner):
        return self.function(owner)


class Named:
    id = Column(Integer, primary_key=True)

    @classproperty
    def prefix(cls):
        return "app_"

    @declared_attr
    def __tablename__(cls):
        return cls.prefix + cls.__name__.lower()


class User(Named, Base):
    pass


class Loan(Named, Base):
    lender_id = Column(ForeignKey("app_user.id"))
    lender = relationship("User")
