"""Flask-SQLAlchemy 3.1 with a DeclarativeBase as model_class."""

from typing import Optional

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship


class Base(DeclarativeBase):
    pass


db = SQLAlchemy(model_class=Base)


class Folder(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    files: Mapped[list["StoredFile"]] = relationship(back_populates="folder")


class StoredFile(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    folder_id: Mapped[Optional[int]] = mapped_column(ForeignKey("folder.id"))
    folder: Mapped[Optional["Folder"]] = relationship(back_populates="files")
