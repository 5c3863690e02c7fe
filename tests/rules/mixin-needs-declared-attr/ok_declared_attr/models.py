from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, declared_attr, deferred, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Owned:
    @declared_attr
    def owner_id(cls):
        return Column(ForeignKey("user.id"))

    @declared_attr
    def owner(cls):
        return relationship("User")

    @declared_attr
    def text(cls):
        return deferred(Column(String))


class Document(Owned, Base):
    __tablename__ = "document"
    id = Column(Integer, primary_key=True)
