"""The key columns of the join are in neither table."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    email = Column(String(50))
    invoices = relationship("Invoice", primaryjoin="User.email == Invoice.email")  # finds: SG103


class Invoice(Base):
    __tablename__ = "invoice"
    id = Column(Integer, primary_key=True)
    email = Column(String(50))
    user_id = Column(ForeignKey("user.id"))
