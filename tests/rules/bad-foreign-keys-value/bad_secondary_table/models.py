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
    following = relationship(  # finds: SG113
        "User",
        secondary=follows,
        primaryjoin="User.id == follows.c.folower_id",
        secondaryjoin="User.id == follows.c.followed_id",
    )
