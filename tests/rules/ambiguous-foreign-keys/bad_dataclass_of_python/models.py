"""A dataclass that the registry maps."""

from dataclasses import dataclass, field
from typing import Optional

from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import registry, relationship

reg = registry()


@reg.mapped
@dataclass
class User:
    __tablename__ = "user"
    __sa_dataclass_metadata_key__ = "sa"
    id: int = field(init=False, metadata={"sa": Column(Integer, primary_key=True)})


@reg.mapped
@dataclass
class Loan:
    __tablename__ = "loan"
    __sa_dataclass_metadata_key__ = "sa"
    id: int = field(init=False, metadata={"sa": Column(Integer, primary_key=True)})
    lender_id: int = field(init=False, metadata={"sa": Column(ForeignKey("user.id"))})
    borrower_id: int = field(init=False, metadata={"sa": Column(ForeignKey("user.id"))})
    lender: Optional[User] = field(
        default=None,
        metadata={"sa": relationship("User")},  # finds: SG101
    )
