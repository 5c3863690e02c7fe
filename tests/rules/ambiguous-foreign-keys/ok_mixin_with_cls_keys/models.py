"""A mixin names the key of the class it lands on."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Audited:
    @declared_attr
    def created_by_id(cls):
        return Column(Integer, ForeignKey("user.id"))

    @declared_attr
    def updated_by_id(cls):
        return Column(Integer, ForeignKey("user.id"))

    @declared_attr
    def created_by(cls):
        return relationship("User", foreign_keys=[cls.created_by_id])

    @declared_attr
    def updated_by(cls):
        return relationship("User", foreign_keys="%s.updated_by_id" % cls.__name__)


class Article(Audited, Base):
    __tablename__ = "article"
    id = Column(Integer, primary_key=True)
    title = Column(String(100))


class Photo(Audited, Base):
    __tablename__ = "photo"
    id = Column(Integer, primary_key=True)
    width = Column(Integer)
