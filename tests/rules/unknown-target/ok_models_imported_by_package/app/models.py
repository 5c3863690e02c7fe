from sqlalchemy import Column, Integer
from sqlalchemy.orm import relationship

from app.db import Base


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    orders = relationship("Order", back_populates="customer")
