"""Two tables that point at each other, each key named."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
    captain_id = Column(Integer, ForeignKey("player.id", use_alter=True, name="fk_captain"))
    captain = relationship("Player", foreign_keys=[captain_id], post_update=True)
    players = relationship("Player", foreign_keys="Player.team_id", back_populates="team")


class Player(Base):
    __tablename__ = "player"
    id = Column(Integer, primary_key=True)
    team_id = Column(Integer, ForeignKey("team.id"))
    team = relationship("Team", foreign_keys=[team_id], back_populates="players")
