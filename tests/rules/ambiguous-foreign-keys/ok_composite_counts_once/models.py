"""One composite key is one constraint."""

from sqlalchemy import Column, ForeignKeyConstraint, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Slot(Base):
    __tablename__ = "slot"
    day = Column(Integer, primary_key=True)
    hour = Column(Integer, primary_key=True)
    bookings = relationship("Booking", back_populates="slot")


class Booking(Base):
    __tablename__ = "booking"
    id = Column(Integer, primary_key=True)
    day = Column(Integer)
    hour = Column(Integer)
    slot = relationship("Slot", back_populates="bookings")
    __table_args__ = (ForeignKeyConstraint(["day", "hour"], ["slot.day", "slot.hour"]),)
