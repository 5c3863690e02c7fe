from sqlalchemy import Column, Integer, MetaData, String, Table
from sqlalchemy.orm import declarative_base

tables = MetaData()
document = Table(
    "document", tables, Column("id", Integer, primary_key=True), Column("info", String)
)
Base = declarative_base(metadata=tables)


class Document(Base):
    __table__ = document
