"""__mapper_args__ as a function that says nothing of the join."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship
from sqlalchemy.orm import declared_attr

Base = declarative_base()


class Document(Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
    kind = Column(String(20))

    @declared_attr
    def __mapper_args__(cls):
        if cls.__name__ == "Document":
            return {"polymorphic_on": cls.kind, "polymorphic_identity": "document"}
        return {"polymorphic_identity": cls.__name__.lower()}


class Letter(Document):  # finds: SG104
    __tablename__ = "letter"
    id = Column(ForeignKey("document.id"), primary_key=True)
    answers_id = Column(ForeignKey("document.id"))
