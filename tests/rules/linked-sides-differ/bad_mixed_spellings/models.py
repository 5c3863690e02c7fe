from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Address(Base):
    __tablename__ = "address"
    id = Column(Integer, primary_key=True)
    contacts = relationship(  # finds: SG111 warning
        "Contact", back_populates="billing", foreign_keys="Contact.shipping_id"
    )


class Contact(Base):
    __tablename__ = "contact"
    id = Column(Integer, primary_key=True)
    billing_id = Column(ForeignKey("address.id"))
    shipping_id = Column(ForeignKey("address.id"))
    billing = relationship(
        "Address", back_populates="contacts", primaryjoin=billing_id == Address.id
    )
