from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Document(Base):  # finds: SG120
    __tablename__ = "document"
    id = Column(Integer)
    name = Column(String, primary_key=False)
