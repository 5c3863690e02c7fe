from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Address(Base):
    __tablename__ = "address"
    id = Column(Integer, primary_key=True)


class Contact(Base):
    __tablename__ = "contact"
    id = Column(Integer, primary_key=True)
    billing_id = Column(ForeignKey("address.id"))
    shipping_id = Column(ForeignKey("address.id"))
    billing = relationship("Address", foreign_keys=[billing_id])
    shipping = relationship("Address", foreign_keys="[Contact.shipping_id]")
    both = relationship("Address", foreign_keys=lambda: Contact.billing_id, viewonly=True)
    third = relationship("Address", foreign_keys="Contact.billing_id", viewonly=True)
    fourth = relationship("Address", foreign_keys="contact.c.billing_id", viewonly=True)
