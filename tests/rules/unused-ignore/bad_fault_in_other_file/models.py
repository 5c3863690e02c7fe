"""The comment stands at the key, the fault at the relationship."""

from sqlalchemy import Column, ForeignKey, Integer

from base import Base


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    author_id = Column(ForeignKey("user.id"))
    editor_id = Column(ForeignKey("user.id"))  # safeguards: ignore[SG101] key  # finds: SG190 warning
