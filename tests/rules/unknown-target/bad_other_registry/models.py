"""The class exists, under another base."""

from sqlalchemy import Column, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()
ReportBase = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Report(ReportBase):
    __tablename__ = "report"
    id = Column(Integer, primary_key=True)
    author_id = Column(Integer)
    author = relationship("User")  # finds: SG105
