from base import Base
from sqlalchemy import Column, Integer
from sqlalchemy.orm import relationship


class Person(Base):
    __tablename__ = "person"
    id = Column(Integer, primary_key=True)
    calls = relationship("Call", back_populates="company")  # finds: SG109, SG115 warning


class Company(Base):
    __tablename__ = "company"
    id = Column(Integer, primary_key=True)
