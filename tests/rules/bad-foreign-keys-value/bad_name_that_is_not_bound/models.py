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
    billing = relationship("Address", foreign_keys=[biling_id])  # finds: SG113
