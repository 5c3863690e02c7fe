"""A backref of a tree needs remote_side on one of its sides."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class Employee(Base):
    __tablename__ = "employee"
    id = Column(Integer, primary_key=True)
    manager_id = Column(ForeignKey("employee.id"))
    reports = relationship("Employee", backref="manager")  # finds: SG110
