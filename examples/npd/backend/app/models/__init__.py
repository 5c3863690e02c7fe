"""Every mapped class, so that importing this package configures them all."""

from app.models.base import Base
from app.models.contact import Contact
from app.models.organization import Organization
from app.models.project import Project

__all__ = ["Base", "Contact", "Organization", "Project"]
