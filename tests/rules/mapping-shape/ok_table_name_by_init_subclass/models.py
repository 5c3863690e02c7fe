from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    def __init_subclass__(cls, **kwargs):
        cls.__tablename__ = cls.__name__.lower()
        super().__init_subclass__(**kwargs)


class Document(Base):
    id: Mapped[int] = mapped_column(primary_key=True)
