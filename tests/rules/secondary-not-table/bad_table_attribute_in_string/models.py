from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    groups = relationship("Group", secondary="Membership.__table__")  # finds: SG117


class Group(Base):
    __tablename__ = "group"
    id = Column(Integer, primary_key=True)


class Membership(Base):
    __tablename__ = "membership"
    user_id = Column(ForeignKey("user.id"), primary_key=True)
    group_id = Column(ForeignKey("group.id"), primary_key=True)
