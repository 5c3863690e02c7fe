"""backref() carries remote_side."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class Employee(Base):
    __tablename__ = "employee"
    id = Column(Integer, primary_key=True)
    manager_id = Column(ForeignKey("employee.id"))
    reports = relationship("Employee", backref=backref("manager", remote_side=[id]))


class Page(Base):
    __tablename__ = "page"
    id = Column(Integer, primary_key=True)
    parent_id = Column(ForeignKey("page.id"))
    parent = relationship("Page", remote_side="Page.id", backref="children")
