"""The comment stands a line below the fault."""

from sqlalchemy import Column, ForeignKey, Integer, String
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)
    name = Column(String(50))


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("user.id"))
    editor_id = Column(ForeignKey("user.id"))
    author = relationship("User")  # finds: SG101
    title = Column(String(50))  # safeguards: ignore[SG101] the line above  # finds: SG190 warning
