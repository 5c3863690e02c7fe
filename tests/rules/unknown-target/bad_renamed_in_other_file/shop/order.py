from sqlalchemy import Column, ForeignKey, Integer

from .base import Base


class PurchaseOrder(Base):
    __tablename__ = "purchase_order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
