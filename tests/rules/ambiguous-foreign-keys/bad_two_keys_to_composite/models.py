"""Two single-column keys to the halves of a composite key are two constraints."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Slot(Base):
    __tablename__ = "slot"
    day = Column(Integer, primary_key=True)
    hour = Column(Integer, primary_key=True)


class Booking(Base):
    __tablename__ = "booking"
    id = Column(Integer, primary_key=True)
    day = Column(Integer, ForeignKey("slot.day"))  # finds: SG125 warning
    hour = Column(Integer, ForeignKey("slot.hour"))  # finds: SG125 warning
    slot = relationship("Slot")  # finds: SG101
