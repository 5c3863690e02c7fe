"""`python -m app.seed`: put the first rows into empty tables; does nothing otherwise."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.database import engine
from app.models import Contact, Organization, Project


def seed(database: Session) -> None:
    """Add two organizations with a project each, and one contact."""
    if database.scalars(select(Organization).limit(1)).first():
        return
    north = Organization(name="North Power")
    south = Organization(name="South Water")
    database.add_all(
        [
            Project(name="Grid renewal", organization=north),
            Project(name="Pump station", organization=south),
            Contact(
                name="Ada Example",
                email="ada@index.example",
                organization=north,
                billing_organization=south,
            ),
        ]
    )
    database.commit()


if __name__ == "__main__":
    with Session(engine) as opened:
        seed(opened)
