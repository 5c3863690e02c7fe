from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()

membership = Table(
    "membership",
    Base.metadata,
    Column("user_id", ForeignKey("user.id")),
    Column("team_id", ForeignKey("team.id")),
)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    teams = relationship(  # finds: SG103
        "Team",
        secondary=membership,
        primaryjoin="User.id == foreign(membership.c.user_id)",
        viewonly=True,
    )


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
