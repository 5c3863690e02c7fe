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
    address_id = Column(ForeignKey("address.id"))
    address = relationship("Address", cascade="all, delete-orphan", single_parent=True)
    teams = relationship(
        "Team", secondary=member, cascade="all, delete-orphan", single_parent=True
    )


class Address(Base):
    __tablename__ = "address"
    id = Column(Integer, primary_key=True)


class Team(Base):
    __tablename__ = "team"
    id = Column(Integer, primary_key=True)
