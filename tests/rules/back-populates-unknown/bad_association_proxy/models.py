"""A proxy is not a relationship."""

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.ext.associationproxy import association_proxy
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    memberships = relationship("Membership", back_populates="user")
    groups = association_proxy("memberships", "group")


class Group(Base):
    __tablename__ = "groups"
    id = Column(Integer, primary_key=True)
    users = relationship("User", secondary="membership", back_populates="groups", viewonly=True)  # finds: SG108


class Membership(Base):
    __tablename__ = "membership"
    user_id = Column(ForeignKey("user.id"), primary_key=True)
    group_id = Column(ForeignKey("groups.id"), primary_key=True)
    user = relationship("User", back_populates="memberships")
    group = relationship("Group")
