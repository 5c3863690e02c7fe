from base import Base
from people import Company
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship


class Call(Base):
    __tablename__ = "call"
    id = Column(Integer, primary_key=True)
    person_id = Column(ForeignKey("person.id"))
    company_id = Column(ForeignKey("company.id"))
    person = relationship("Person")
    company = relationship(Company)
