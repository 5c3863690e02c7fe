from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


class Owned:
    @declared_attr
    def owner_id(cls):
        return Column(ForeignKey("user.id"))

    @declared_attr
    def owner(cls):
        return relationship("User", back_populates=cls.__tablename__ + "s")


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    cats = relationship("Cat", back_populates="owner")
    dogs = relationship("Dog", back_populates="owner")


class Cat(Owned, Base):
    __tablename__ = "cat"
    id = Column(Integer, primary_key=True)


class Dog(Owned, Base):
    __tablename__ = "dog"
    id = Column(Integer, primary_key=True)
