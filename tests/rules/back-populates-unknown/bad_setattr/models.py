"""The other side is set by setattr, under another name."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    notes = relationship("Note", back_populates="owner")  # finds: SG108


class Note(Base):
    __tablename__ = "note"
    id = Column(Integer, primary_key=True)
    owner_id = Column(ForeignKey("user.id"))


setattr(Note, "possessor", relationship(User, back_populates="notes"))
