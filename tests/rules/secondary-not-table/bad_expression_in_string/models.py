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
    posts = relationship(  # finds[2.1]: SG117
        "Post",
        secondary="join(Team, member, Team.id == member.c.team_id)",
        primaryjoin="User.id == member.c.user_id",
        secondaryjoin="Team.id == Post.team_id",
        viewonly=True,
    )


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    team_id = Column(ForeignKey("team.id"))
