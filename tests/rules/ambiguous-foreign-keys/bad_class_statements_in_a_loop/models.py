"""Class statements in a loop over range."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)

for number in range(2):

    class Transfer(Base):
        __tablename__ = f"transfer_{number}"
        id = Column(Integer, primary_key=True)
        giver_id = Column(ForeignKey("user.id"))
        taker_id = Column(ForeignKey("user.id"))
        giver = relationship("User")  # finds: SG101
