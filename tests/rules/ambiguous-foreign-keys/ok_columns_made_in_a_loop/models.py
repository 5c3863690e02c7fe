"""A column set in a loop over a range."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Poll(Base):
    __tablename__ = "poll"
    id = Column(Integer, primary_key=True)
    title = Column(String(50))


for position in range(1):
    setattr(Poll, f"voter_{position}_id", Column(ForeignKey("user.id")))


Poll.voter = relationship("User")
