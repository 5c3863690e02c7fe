"""foreign_keys that lists all three columns decides nothing."""

from sqlalchemy import Column, ForeignKey, Integer, String, Table
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
grants = Table(
    "grants",
    Base.metadata,
    Column("user_id", ForeignKey("user.id")),
    Column("role_id", ForeignKey("role.id")),
    Column("granted_by_id", ForeignKey("user.id")),
)


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    roles = relationship(  # finds: SG102
        "Role",
        secondary=grants,
        foreign_keys=[grants.c.user_id, grants.c.role_id, grants.c.granted_by_id],
    )


class Role(Base):
    __tablename__ = "role"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))
