from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from base import Base


class Item(Base):
    __tablename__ = "item"
    id: Mapped[int] = mapped_column(primary_key=True)
    box_id: Mapped[int] = mapped_column(ForeignKey("box.id"))
