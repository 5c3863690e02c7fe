from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship

from shop.base import Base


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
    customer = relationship(
        "Customer", primaryjoin="shop.people.Customer.id == trade.Order.customer_id"
    )
    payer = relationship(  # finds: SG105
        "Customer", primaryjoin="shop.Customer.id == Order.customer_id", viewonly=True
    )
    buyer = relationship(  # finds: SG105
        "Customer", primaryjoin="people.Custmer.id == Order.customer_id", viewonly=True
    )
    giver = relationship(  # finds: SG105
        "Customer", foreign_keys="[shop.trad.Order.customer_id]", viewonly=True
    )
