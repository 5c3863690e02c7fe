from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base, declared_attr

Base = declarative_base()


class Named:
    @declared_attr
    def __tablename__(cls):
        return cls.__name__.lower()


class Document(Named, Base):
    id = Column(Integer, primary_key=True)


class Paper(Base):
    __abstract__ = True
    name = Column(String)
