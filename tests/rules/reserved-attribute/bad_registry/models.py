from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base, registry

Base = declarative_base()


class Document(Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
    registry = Column(String)  # finds[2.1]: SG122 warning
