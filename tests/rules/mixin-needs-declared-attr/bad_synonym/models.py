from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base, synonym

Base = declarative_base()


class Named:
    title = synonym("name")  # finds: SG119


class Document(Named, Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
    name = Column(String)
