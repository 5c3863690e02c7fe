"""Two single-column keys to the halves of a composite key."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Slot(Base):
    __tablename__ = "slot"
    day = Column(Integer, primary_key=True)
    hour = Column(Integer, primary_key=True)


class Guest(Base):
    __tablename__ = "guest"
    id = Column(Integer, primary_key=True)
    slots = relationship("Slot", secondary="reservation")  # finds: SG102


reservation = Table(
    "reservation",
    Base.metadata,
    Column("guest_id", ForeignKey("guest.id")),
    Column("day", ForeignKey("slot.day")),  # finds: SG125 warning
    Column("hour", ForeignKey("slot.hour")),  # finds: SG125 warning
)
