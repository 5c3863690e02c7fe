"""A concrete child does not see the keys of its parent's table."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Report(Base):
    __tablename__ = "report"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("user.id"))
    author = relationship("User")


class AuditReport(Report):
    __tablename__ = "audit_report"
    id = Column(Integer, primary_key=True)
    auditor_id = Column(ForeignKey("user.id"))
    author = relationship("User")
    __mapper_args__ = {"concrete": True}
