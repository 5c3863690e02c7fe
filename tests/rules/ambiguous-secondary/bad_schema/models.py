"""The association table lives in another schema."""

from sqlalchemy import Column, ForeignKey, Integer, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    __table_args__ = {"schema": "core"}
    id = Column(Integer, primary_key=True)
    teams = relationship("Team", secondary="core.team_user")  # finds: SG102


class Team(Base):
    __tablename__ = "team"
    __table_args__ = {"schema": "core"}
    id = Column(Integer, primary_key=True)


team_user = Table(
    "team_user",
    Base.metadata,
    Column("team_id", ForeignKey("core.team.id")),
    Column("user_id", ForeignKey("core.user.id")),
    Column("lead_id", ForeignKey("core.user.id")),
    schema="core",
)
