from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


def for_each_class(function):
    return declared_attr(function)


def described(text):
    def wrap(function):
        function.__doc__ = text
        return declared_attr(function)

    return wrap


class inherited(declared_attr):
    pass


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Owned:
    @for_each_class
    def owner_id(cls):
        return Column(ForeignKey("user.id"))


class Checked:
    @described("who looked at it")
    def checker_id(cls):
        return Column(ForeignKey("user.id"))


class Post(Owned, Checked, Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    owner = relationship("User")  # finds: SG101
    checker = relationship("User", foreign_keys="Post.checker_id")


class Paid:
    @inherited
    def payer_id(cls):
        return Column(ForeignKey("user.id"))


class Note(Paid, Base):
    __tablename__ = "note"
    id = Column(Integer, primary_key=True)
    payer = relationship("User")
