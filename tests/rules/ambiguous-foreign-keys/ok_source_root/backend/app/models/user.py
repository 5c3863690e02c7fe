from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base


class User(Base):
    __tablename__ = "user"
    id: Mapped[int] = mapped_column(primary_key=True)
    tokens: Mapped[list["Token"]] = relationship(
        foreign_keys="app.models.token.Token.user_id", back_populates="user"
    )
