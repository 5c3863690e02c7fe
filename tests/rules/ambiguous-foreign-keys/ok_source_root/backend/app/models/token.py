from typing import Optional

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.user import User


class Token(Base):
    __tablename__ = "token"
    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    revoked_by_id: Mapped[Optional[int]] = mapped_column(ForeignKey("user.id"))
    user: Mapped[User] = relationship(foreign_keys=user_id, back_populates="tokens")
