from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base, declared_attr

Base = declarative_base()


class Animal(Base):
    __tablename__ = "animal"
    id = Column(Integer, primary_key=True)
    kind = Column(String)

    @declared_attr
    def __mapper_args__(cls):
        if cls.__name__ == "Animal":
            return {"polymorphic_on": cls.kind, "polymorphic_identity": "Animal"}
        return {"polymorphic_identity": cls.__name__}


class Dog(Animal):
    barks = Column(Integer)


class Cat(Animal):
    lives = Column(Integer)
