from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Described:
    metadata = Column(String)  # finds[1.4, 2.0]: SG122  # finds[2.1]: SG122 warning


class Document(Described, Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
