"""The near half stays ambiguous."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
follows = Table(
    "follows",
    Base.metadata,
    Column("follower_id", ForeignKey("user.id"), primary_key=True),
    Column("followed_id", ForeignKey("user.id"), primary_key=True),
)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    followers = relationship(  # finds: SG102
        "User", secondary=follows, secondaryjoin="User.id == follows.c.follower_id"
    )
