from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Thing(Base):
    __tablename__ = "thing"
    id = Column(Integer, primary_key=True)


class Animal(Thing):
    __tablename__ = "animal"
    id = Column(ForeignKey("thing.id"), primary_key=True)


class Cat(Animal):
    __tablename__ = "cat"
    id = Column(ForeignKey("animal.id"), primary_key=True)
    visits = relationship("Visit", back_populates="patient")  # finds: SG112 warning


class Visit(Base):
    __tablename__ = "visit"
    id = Column(Integer, primary_key=True)
    cat_id = Column(ForeignKey("cat.id"))
    thing_id = Column(ForeignKey("thing.id"))
    patient = relationship("Cat", back_populates="visits", foreign_keys=[thing_id])
