"""The other side is set by setattr."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    notes = relationship("Note", back_populates="owner")


class Note(Base):
    __tablename__ = "note"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("user.id"))


setattr(Note, "owner", relationship(User, back_populates="notes"))
