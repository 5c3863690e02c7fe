"""Every tree that uses the mixin is refused."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


class Tree:
    id = Column(Integer, primary_key=True)

    @declared_attr
    def parent_id(cls):
        return Column(ForeignKey(f"{cls.__tablename__}.id"))

    @declared_attr
    def children(cls):
        return relationship(cls.__name__, back_populates="parent")

    @declared_attr
    def parent(cls):
        return relationship(cls.__name__, back_populates="children")  # finds: SG110


class Region(Tree, Base):
    __tablename__ = "region"
