from sqlalchemy import Column, Integer, Table
from sqlalchemy.orm import declarative_base

Base = declarative_base()

links = Table("link", Base.metadata, Column("id", Integer, primary_key=True))


class Link(Base):  # finds: SG120
    __tablename__ = "link"
    id = Column(Integer, primary_key=True)
