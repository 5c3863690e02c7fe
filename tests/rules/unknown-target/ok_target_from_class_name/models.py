"""Targets and tables whose names are put together from that of the class."""

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
        return relationship("%sVersion" % cls.__name__, back_populates=cls.__tablename__)


class Page(Versioned, Base):
    pass


class Post(Versioned, Base):
    pass


for name in ("Page", "Post"):
    type(
        f"{name}Version",
        (Base,),
        {
            "__tablename__": f"{name}_version".lower(),
            "id": Column(Integer, primary_key=True),
            f"{name.lower()}_id": Column(ForeignKey(f"{name.lower()}.id")),
            name.lower(): relationship(name, back_populates="versions"),
        },
    )
