"""A string target in a dataclass mapping."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, MappedAsDataclass, mapped_column, relationship


class Base(MappedAsDataclass, DeclarativeBase):
    pass


class Folder(Base):
    __tablename__ = "folder"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    files: Mapped[list["File"]] = relationship(default_factory=list, back_populates="folder")


class File(Base):
    __tablename__ = "file"
    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    folder_id: Mapped[int] = mapped_column(ForeignKey("folder.id"), init=False)
    folder: Mapped["Folder"] = relationship(default=None, back_populates="files")
