from sqlalchemy import Column, Integer, String, Table
from sqlalchemy.orm import declarative_base

Base = declarative_base()

tags = Table("tag", Base.metadata, Column("id", Integer, primary_key=True))  # finds: SG133


class Author(Base):
    __tablename__ = "author"
    id = Column(Integer, primary_key=True, comment="Given by the publisher")
    name = Column(String)  # finds: SG133
