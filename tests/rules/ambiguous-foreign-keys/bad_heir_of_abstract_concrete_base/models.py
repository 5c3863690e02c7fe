from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.ext.declarative import AbstractConcreteBase
from sqlalchemy.orm import declarative_base, declared_attr, relationship

Base = declarative_base()


class Company(Base):
    __tablename__ = "company"
    id = Column(Integer, primary_key=True)
    managers = relationship("Manager", viewonly=True)


class Employee(AbstractConcreteBase, Base):
    @declared_attr
    def company_id(cls):
        return Column(ForeignKey("company.id"))


class Manager(Employee):
    __tablename__ = "manager"
    id = Column(Integer, primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "manager", "concrete": True}


class Engineer(Employee):
    __tablename__ = "engineer"
    id = Column(Integer, primary_key=True)
    lent_to_id = Column(ForeignKey("company.id"))
    employer = relationship(Company)  # finds: SG101
    lent_to = relationship(Company, foreign_keys=[lent_to_id])
    __mapper_args__ = {"polymorphic_identity": "engineer", "concrete": True}
