"""The HTTP application."""

import os
import secrets
from typing import Annotated

from fastapi import Depends, FastAPI, Header, HTTPException
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app.database import session
from app.models import Contact, Project

app = FastAPI(title="npd")
Database = Annotated[Session, Depends(session)]


def require_token(authorization: Annotated[str, Header()] = "") -> None:
    """Answer 401 unless the bearer token is ours."""
    expected = f"Bearer {os.environ['NPD_TOKEN']}"
    if not secrets.compare_digest(authorization.encode(), expected.encode()):
        raise HTTPException(401, "a bearer token is required")


@app.get("/health")
def health(database: Database) -> dict[str, str]:
    """Is the database there?"""
    database.execute(text("SELECT 1"))
    return {"status": "ok"}


@app.get("/api/v1/projects", dependencies=[Depends(require_token)])
def projects(database: Database) -> list[dict[str, object]]:
    """Every project with its organization."""
    found = database.scalars(select(Project).order_by(Project.id))
    return [{"name": each.name, "organization": each.organization.name} for each in found]


@app.get("/api/v1/contacts")
def contacts(database: Database) -> list[dict[str, object]]:
    """Every contact with the organization they work for."""
    found = database.scalars(select(Contact).order_by(Contact.id))
    return [{"name": each.name, "organization": each.organization.name} for each in found]
