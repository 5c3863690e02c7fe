from sqlalchemy import Column, Integer, MetaData, Table
from sqlalchemy.orm import declarative_base

Base = declarative_base()
other = MetaData()

links = Table("link", Base.metadata, Column("id", Integer, primary_key=True))
same = Table("link", Base.metadata)
more = Table("link", Base.metadata, Column("note", Integer), extend_existing=True)
elsewhere = Table("link", other, Column("id", Integer, primary_key=True))
schema = Table("link", other, Column("id", Integer, primary_key=True), schema="old")


class Mapped(Base):
    __table__ = links


if not links.columns:
    links = Table("link", Base.metadata, Column("id", Integer, primary_key=True))
