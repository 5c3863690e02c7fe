from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)


class Employee(Person):  # finds: SG107
    __tablename__ = "employee"
    id = Column(ForeignKey("person.key"), primary_key=True)
    boss_id = Column(ForeignKey("person.id"))
