"""The key comes from a plain mixin."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column, relationship


class Base(DeclarativeBase):
    pass


class Tenant(Base):
    __tablename__ = "tenant"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class TenantMixin:
    tenant_id: Mapped[int] = mapped_column(ForeignKey("tenant.id"))

    @declared_attr
    def tenant(cls) -> Mapped["Tenant"]:
        return relationship("Tenant")


class Project(TenantMixin, Base):
    __tablename__ = "project"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Folder(TenantMixin, Base):
    __tablename__ = "folder"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
