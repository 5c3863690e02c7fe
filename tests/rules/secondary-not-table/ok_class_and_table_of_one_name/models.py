from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "User"
    id = Column(Integer, primary_key=True)
    teams = relationship("Team", secondary="Member")


class Team(Base):
    __tablename__ = "Team"
    id = Column(Integer, primary_key=True)


class Member(Base):
    __tablename__ = "Member"
    user_id = Column(ForeignKey("User.id"), primary_key=True)
    team_id = Column(ForeignKey("Team.id"), primary_key=True)
