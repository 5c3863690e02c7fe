"""user and audit.user are two tables."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class AuditUser(Base):
    __tablename__ = "user"
    __table_args__ = {"schema": "audit"}
    id = Column(Integer, primary_key=True)


class Entry(Base):
    __tablename__ = "entry"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("user.id"))
    audit_user_id = Column(ForeignKey("audit.user.id"))
    user = relationship("User")
    audit_user = relationship("AuditUser")
