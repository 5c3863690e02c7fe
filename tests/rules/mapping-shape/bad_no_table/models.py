from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Named:
    name = Column(String)


class Document(Named, Base):  # finds: SG120
    id = Column(Integer, primary_key=True)
