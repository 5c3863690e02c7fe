"""Class statements in a loop, kept in a dictionary."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

classes = {}
for kind in ["loan", "gift"]:

    class Transfer(Base):
        __tablename__ = kind
        id = Column(Integer, primary_key=True)
        giver_id = Column(ForeignKey("user.id"))
        taker_id = Column(ForeignKey("user.id"))
        giver = relationship("User", foreign_keys=[giver_id])
        taker = relationship("User", foreign_keys=[taker_id])

    Transfer.__name__ = kind.title()
    classes[kind] = Transfer


class Receipt(Base):
    __tablename__ = "receipt"
    id = Column(Integer, primary_key=True)
    loan_id = Column(ForeignKey("loan.id"))
    gift_id = Column(ForeignKey("gift.id"))
    loan = relationship(classes["loan"])
    gift = relationship(classes["gift"])
