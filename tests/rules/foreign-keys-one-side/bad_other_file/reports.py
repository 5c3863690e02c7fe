from base import Base
from people import Employee
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship


class Report(Base):
    __tablename__ = "report"
    id = Column(Integer, primary_key=True)
    reviewer_id = Column(ForeignKey("employee.id"))
    author_id = Column(ForeignKey("person.id"))
    author = relationship(Employee, back_populates="reports", foreign_keys=[author_id])
