from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    teams = relationship("Team", secondary="member")
    members = relationship("Member")  # finds: SG115 warning


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)


class Member(Base):
    __tablename__ = "member"
    user_id = Column(ForeignKey("user.id"), primary_key=True)
    team_id = Column(ForeignKey("team.id"), primary_key=True)
