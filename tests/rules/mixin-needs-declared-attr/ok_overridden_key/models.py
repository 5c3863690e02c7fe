from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Owned:
    owner_id = Column(ForeignKey("user.id"))


class Document(Owned, Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("user.id"))
