from sqlalchemy import Column, Integer
from sqlalchemy.orm import relationship

from .base import Base


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    orders = relationship("Order", back_populates="customer")  # finds: SG105
