"""Organizations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.models.base import Base

if TYPE_CHECKING:
    from app.models.contact import Contact
    from app.models.project import Project


class Organization(Base):
    """A company or institution."""

    __tablename__ = "organizations"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)

    projects: Mapped[list[Project]] = relationship(back_populates="organization")
    contacts: Mapped[list[Contact]] = relationship(
        back_populates="organization", foreign_keys="Contact.organization_id"
    )
    billed_contacts: Mapped[list[Contact]] = relationship(
        back_populates="billing_organization", foreign_keys="Contact.billing_organization_id"
    )
