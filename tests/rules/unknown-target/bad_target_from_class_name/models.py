"""A target whose name is put together from that of the class; one such class is not there."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm import declared_attr

Base = declarative_base()


class Versioned:
    id = Column(Integer, primary_key=True)

    @declared_attr
    def __tablename__(cls):
        return cls.__name__.lower()

    @declared_attr
    def versions(cls):
        return relationship(cls.__name__ + "Version")  # finds: SG105


class Page(Versioned, Base):
    pass


class PageVersion(Base):
    __tablename__ = "page_version"
    id = Column(Integer, primary_key=True)
    page_id = Column(ForeignKey("page.id"))


class Post(Versioned, Base):
    pass
