"""A table name by a class property of the project."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

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


class User(Named, Base):
    __tablename__ = "app_user"


class Loan(Named, Base):
    __tablename__ = "loan"
    lender_id = Column(ForeignKey("user.id"))  # finds: SG107 warning
    lender = relationship("User")  # finds: SG103
