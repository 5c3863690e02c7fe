from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import backref, declarative_base, relationship

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    orders = relationship(  # finds: SG116
        "Order", back_populates="customer", sync_backref=True
    )
    gifts = relationship(  # finds: SG116
        "Gift", backref=backref("customer", viewonly=True), sync_backref=True
    )


class Order(Base):
    __tablename__ = "order"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
    customer = relationship(  # finds: SG116
        "Customer", back_populates="orders", viewonly=True
    )


class Gift(Base):
    __tablename__ = "gift"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
