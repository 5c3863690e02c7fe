from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


member = Table(
    "member",
    Base.metadata,
    Column("user_id", ForeignKey("user.id"), primary_key=True),
    Column("team_id", ForeignKey("team.id"), primary_key=True),
)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    teams = relationship("Team", secondary=member)


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
    users = relationship("User", secondary=member)  # finds: SG115 warning
