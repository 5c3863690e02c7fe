"""A tree per tenant."""

from sqlalchemy import Column, ForeignKeyConstraint, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Account(Base):
    __tablename__ = "account"
    tenant_id = Column(Integer, primary_key=True)
    id = Column(Integer, primary_key=True)
    parent_id = Column(Integer)
    children = relationship("Account", back_populates="parent")
    parent = relationship("Account", back_populates="children")  # finds: SG110
    __table_args__ = (
        ForeignKeyConstraint(["tenant_id", "parent_id"], ["account.tenant_id", "account.id"]),
    )
