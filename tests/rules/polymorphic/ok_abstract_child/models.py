from sqlalchemy import Integer, String
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    pass


class Animal(Base):
    __tablename__ = "animal"
    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String)
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "animal"}


class Pet(Animal):
    __mapper_args__ = {"polymorphic_abstract": True}


class Dog(Pet):
    __mapper_args__ = {"polymorphic_identity": "dog"}
