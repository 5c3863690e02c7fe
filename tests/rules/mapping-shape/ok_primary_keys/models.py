from sqlalchemy import Column, Integer, PrimaryKeyConstraint, Table
from sqlalchemy.orm import declarative_base

Base = declarative_base()


class ById(Base):
    __tablename__ = "by_id"
    id = Column(Integer, primary_key=True)


class ByConstraint(Base):
    __tablename__ = "by_constraint"
    left = Column(Integer)
    right = Column(Integer)
    __table_args__ = (PrimaryKeyConstraint("left", "right"),)


class ByMapper(Base):
    __tablename__ = "by_mapper"
    left = Column(Integer)
    __mapper_args__ = {"primary_key": [left]}


class ByTable(Base):
    __table__ = Table(
        "by_table", Base.metadata, Column("id", Integer), PrimaryKeyConstraint("id")
    )
