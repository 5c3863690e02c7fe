"""Two tables that point at each other are ambiguous on either side."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
    captain_id = Column(Integer, ForeignKey("player.id", use_alter=True, name="fk_captain"))
    captain = relationship("Player")  # finds: SG101


class Player(Base):
    __tablename__ = "player"
    id = Column(Integer, primary_key=True)
    team_id = Column(Integer, ForeignKey("team.id"))
    team = relationship("Team")  # finds: SG101
