"""Key and relationship of an abstract mixin, whose functions call the class self."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm import declared_attr

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Created(Base):
    __abstract__ = True

    @declared_attr
    def creator_id(self):
        return Column(ForeignKey("user.id"))

    @declared_attr
    def changer_id(self):
        return Column(ForeignKey("user.id"))

    @declared_attr
    def creator(self):
        return relationship("User", foreign_keys=[self.creator_id])

    @declared_attr
    def changer(self):
        return relationship("User", primaryjoin=f"{self.__name__}.changer_id == User.id")


class Loan(Created):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)


class Gift(Created):
    __tablename__ = "gift"
    id = Column(Integer, primary_key=True)
