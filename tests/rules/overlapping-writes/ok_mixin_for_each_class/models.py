from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


class Owned:
    @declared_attr
    def owner_id(cls):
        return Column(ForeignKey("owner.id"))

    @declared_attr
    def owner(cls):
        return relationship("Owner")


class Owner(Base):
    __tablename__ = "owner"
    id = Column(Integer, primary_key=True)


class Car(Owned, Base):
    __tablename__ = "car"
    id = Column(Integer, primary_key=True)


class House(Owned, Base):
    __tablename__ = "house"
    id = Column(Integer, primary_key=True)
