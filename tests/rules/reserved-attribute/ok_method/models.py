from sqlalchemy import Column, Integer
from sqlalchemy.orm import declarative_base, registry

Base = declarative_base()


class Document(Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)

    def registry(self):
        return "none"
