from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class Link(Base):
    __tablename__ = "link"
    user_id = Column(ForeignKey("user.id"), primary_key=True)
    group_id = Column(ForeignKey("group.id"), primary_key=True)


class Group(Base):
    __tablename__ = "group"
    id = Column(Integer, primary_key=True)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    groups = relationship(Group, secondary=Link)  # finds: SG117
