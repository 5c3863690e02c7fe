from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Document(Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("user.id"))
    owner = relationship("User")


class Letter(Document):
    __tablename__ = "letter"
    id = Column(ForeignKey("document.id"), primary_key=True)
