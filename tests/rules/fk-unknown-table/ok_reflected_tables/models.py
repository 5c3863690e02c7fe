from sqlalchemy import Column, ForeignKey, Integer, MetaData, create_engine
from sqlalchemy.orm import declarative_base

engine = create_engine("sqlite://")
metadata = MetaData()
metadata.reflect(engine)
Base = declarative_base(metadata=metadata)


class Book(Base):
    __tablename__ = "book"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("author.id"))
