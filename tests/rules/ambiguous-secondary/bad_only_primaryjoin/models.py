"""Each join skips only its own half of the search."""

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
    following = relationship(  # finds: SG102
        "User", secondary=follows, primaryjoin=lambda: User.id == follows.c.follower_id
    )
