"""Contacts: two foreign keys to one table, so each relationship names its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base

if TYPE_CHECKING:
    from app.models.organization import Organization


class Contact(Base):
    """A person who works for one organization and may be paid for by another."""

    __tablename__ = "contacts"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    email: Mapped[str] = mapped_column(String(200))
    organization_id: Mapped[int] = mapped_column(ForeignKey("organizations.id"))
    billing_organization_id: Mapped[int | None] = mapped_column(ForeignKey("organizations.id"))

    organization: Mapped[Organization] = relationship(
        back_populates="contacts", foreign_keys=[organization_id]
    )
    billing_organization: Mapped[Organization | None] = relationship(
        back_populates="billed_contacts", foreign_keys=[billing_organization_id]
    )
