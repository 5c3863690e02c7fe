"""`Table()` with the name of a table and nothing else is that table: single-table inheritance."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


class ResourceMixin:
    @declared_attr
    def __tablename__(self):
        return "resources"

    @declared_attr
    def id(self):
        return Column(Integer, primary_key=True)

    owner_id = Column(Integer)
    kind = Column(String(20))
    __mapper_args__ = {"polymorphic_on": kind}
    __table_args__ = {"mysql_engine": "InnoDB"}


class Resource(ResourceMixin, Base):
    pass


class Folder(Resource):
    __mapper_args__ = {"polymorphic_identity": "folder"}
    labels = relationship("Label")


class Page(Resource):
    __tablename__ = "resources"
    __mapper_args__ = {"polymorphic_identity": "page"}


class Label(Base):
    __tablename__ = "label"
    id = Column(Integer, primary_key=True)
    resource_id = Column(Integer, ForeignKey("resources.id"))
