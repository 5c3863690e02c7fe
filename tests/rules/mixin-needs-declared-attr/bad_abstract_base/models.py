from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Owned(Base):
    __abstract__ = True
    owner = relationship(User)  # finds: SG119


class Document(Owned):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("user.id"))
