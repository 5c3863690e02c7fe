from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    name = (Column(String),)  # finds: SG121 warning
    street = (Column(String))
    both = (Column(String), Column(String))
