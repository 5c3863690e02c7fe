"""What several versions of a library name differently."""

try:
    from sqlalchemy.orm import declarative_base
except ImportError:
    from sqlalchemy.ext.declarative import declarative_base
try:
    from sqlalchemy.orm import relationship
except ImportError:  # before 0.6
    relationship = None

from sqlalchemy import Column, ForeignKey, Integer

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Loan(Base):
    __tablename__ = "loan"
    id = Column(Integer, primary_key=True)
    lender_id = Column(ForeignKey("user.id"))
    borrower_id = Column(ForeignKey("user.id"))
    lender = relationship("User", foreign_keys=lender_id)
