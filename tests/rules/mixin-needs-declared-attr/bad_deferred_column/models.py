from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base, deferred

Base = declarative_base()


class Described:
    text = deferred(Column(String))  # finds: SG119


class Document(Described, Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
