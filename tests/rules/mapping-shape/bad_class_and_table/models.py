from sqlalchemy import Column, Integer, Table
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class Link(Base):
    __tablename__ = "link"
    id = Column(Integer, primary_key=True)


links = Table("link", Base.metadata, Column("id", Integer, primary_key=True))  # finds: SG120
