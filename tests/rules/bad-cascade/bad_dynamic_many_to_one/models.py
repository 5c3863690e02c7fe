from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, dynamic_loader, relationship

Base = declarative_base()


class Customer(Base):
    __tablename__ = "customer"
    id = Column(Integer, primary_key=True)
    card = relationship("Card", lazy="dynamic", uselist=False)  # finds: SG116


class Card(Base):
    __tablename__ = "card"
    id = Column(Integer, primary_key=True)
    customer_id = Column(ForeignKey("customer.id"))
    customer = relationship("Customer", lazy="dynamic", viewonly=True)  # finds: SG116
    owner = dynamic_loader("Customer", viewonly=True)  # finds: SG116
