from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Owned:
    owner_id = declared_attr(lambda cls: Column(ForeignKey("user.id")))
    owner = declared_attr(lambda cls: relationship("User"))


class Document(Owned, Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
