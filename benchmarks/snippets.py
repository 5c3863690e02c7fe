"""The pieces that the generated application is made of: models, services, constants."""

from __future__ import annotations

import random
from string import Template

BASE = '''\
"""The declarative base and the mixins that models share."""

from datetime import datetime
from typing import Annotated, Optional

from sqlalchemy import DateTime, ForeignKey, MetaData, String, func
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

NAMING = {"fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"}
key = Annotated[int, mapped_column(primary_key=True)]
title = Annotated[str, mapped_column(String(200))]


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)


class TimestampMixin:
    created_at: Mapped[datetime] = mapped_column(DateTime, server_default=func.now())
    updated_at: Mapped[Optional[datetime]] = mapped_column(DateTime, onupdate=func.now())


class NamedMixin:
    name: Mapped[title]

    @declared_attr.directive
    def __mapper_args__(cls):
        return {"eager_defaults": True}
'''

_MODEL_HEAD = Template('''\
"""Models of $package, part $number."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, List, Optional

from sqlalchemy import Column, ForeignKey, Index, Integer, Numeric, String, Table, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ...db import Base, NamedMixin, TimestampMixin, key

if TYPE_CHECKING:
    from ...$abroad.models.model_00 import $foreign

${small}_$tags = Table(
    "${small}_tags",
    Base.metadata,
    Column("owner_id", Integer, ForeignKey("$small.id"), primary_key=True),
    Column("detail_id", Integer, ForeignKey("${small}_detail.id"), primary_key=True),
)
''')

_MODEL = Template('''

class $big(NamedMixin, TimestampMixin, Base):
    """One $small, with who opened and who closed it."""

    __tablename__ = "$small"

    id: Mapped[key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    status: Mapped[str] = mapped_column(String(20), default="open", index=True)
    amount: Mapped[Decimal] = mapped_column(Numeric(12, 2), default=Decimal(0))
    notes: Mapped[Optional[str]] = mapped_column(Text)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("$abroad_table.id"))
    closed_by_id: Mapped[Optional[int]] = mapped_column(
        ForeignKey("$abroad_table.id", ondelete="SET NULL")
    )
    closed_at: Mapped[Optional[datetime]]

    opened_by: Mapped["$foreign"] = relationship($remote foreign_keys=[opened_by_id])
    closed_by: Mapped[Optional["$foreign"]] = relationship($remote foreign_keys=[closed_by_id])
    details: Mapped[List["${big}Detail"]] = relationship(
        back_populates="owner", cascade="all, delete-orphan", order_by="${big}Detail.position"
    )
    marked: Mapped[List["${big}Detail"]] = relationship(
        secondary=lambda: ${small}_$tags, back_populates="marks", viewonly=False
    )

    __table_args__ = (Index("ix_${small}_code_status", "code", "status"),)

    def __repr__(self) -> str:
        return f"<$big {self.code} {self.status}>"

    @property
    def is_open(self) -> bool:
        """Whether work on it may still be booked."""
        return self.status not in {"closed", "cancelled"} and self.closed_at is None

    def close(self, by: $foreign, at: datetime) -> None:
        """Close it; closing twice keeps the first time."""
        if self.closed_at is None:
            self.status = "closed"
            self.closed_at = at
            self.closed_by = by


class ${big}Detail(TimestampMixin, Base):
    __tablename__ = "${small}_detail"

    id: Mapped[key]
    owner_id: Mapped[int] = mapped_column(ForeignKey("$small.id", ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(Integer, default=0)
    parent_id: Mapped[Optional[int]] = mapped_column(ForeignKey("${small}_detail.id"))
    text: Mapped[str] = mapped_column(String(500))

    owner: Mapped["$big"] = relationship(back_populates="details")
    marks: Mapped[List["$big"]] = relationship(
        secondary=lambda: ${small}_$tags, back_populates="marked"
    )
    parent: Mapped[Optional["${big}Detail"]] = relationship(
        back_populates="children", remote_side="${big}Detail.id"
    )
    children: Mapped[List["${big}Detail"]] = relationship(back_populates="parent")
''')

_SERVICE_HEAD = Template('''\
"""Service $number of $package: what the views call."""

from __future__ import annotations

import logging
from collections import defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Iterable, Optional
$imports
logger = logging.getLogger(__name__)
PAGE_SIZE = 50


class ${big}Error(Exception):
    """Raised when service $number cannot do what was asked."""
''')

_WITH_DATABASE = Template("""
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from ..models import $model
from ..constants import LIMITS
""")

_QUERY = Template('''

def ${verb}_$number(session: Session, wanted: Iterable[str], *, page: int = 0) -> list[$model]:
    """One page of those with a wanted code, the newest first."""
    codes = sorted({code.strip().upper() for code in wanted if code})
    if not codes:
        return []
    statement = (
        select($model)
        .where($model.code.in_(codes), $model.status != "cancelled")
        .order_by($model.created_at.desc(), $model.id)
        .offset(page * PAGE_SIZE)
        .limit(PAGE_SIZE)
    )
    found = list(session.scalars(statement))
    if len(found) < len(codes):
        missing = set(codes) - {each.code for each in found}
        logger.info("%d of %d codes are unknown: %s", len(missing), len(codes), sorted(missing))
    return found
''')

_PLAIN = [
    Template('''

class ${big}$number:
    """What one call of ${verb} came to."""

    def __init__(self, reference: str, started: Optional[datetime] = None) -> None:
        self.reference = reference
        self.started = started
        self.total = Decimal(0)
        self.rows: list[dict[str, Any]] = []
        self.warnings: list[str] = []

    def add(self, row: dict[str, Any]) -> None:
        """Book one row; a row without an amount is a warning."""
        amount = row.get("amount")
        if amount is None:
            self.warnings.append(f"row {len(self.rows) + 1} of {self.reference} has no amount")
            return
        self.rows.append({**row, "amount": Decimal(str(amount)), "reference": self.reference})
        self.total += Decimal(str(amount))

    def as_dict(self) -> dict[str, Any]:
        return {
            "reference": self.reference,
            "total": str(self.total),
            "count": len(self.rows),
            "average": str(self.total / len(self.rows)) if self.rows else None,
            "warnings": list(self.warnings),
        }
'''),
    Template('''

def ${verb}_$number(rows: list[dict[str, Any]], *, since: datetime, strict: bool = False) -> Any:
    """Group rows by customer and month, less what came before `since`."""
    groups: dict[tuple[str, int], list[Decimal]] = defaultdict(list)
    for index, row in enumerate(rows):
        try:
            when = datetime.fromisoformat(row["date"])
            customer = str(row["customer"]).strip() or "unknown"
            amount = Decimal(row["amount"])
        except (KeyError, ValueError, ArithmeticError) as error:
            if strict:
                raise ValueError(f"row {index} cannot be read: {error}") from error
            logger.warning("row %d left out: %s", index, error)
            continue
        if when < since - timedelta(days=1):
            continue
        elif amount < 0 and not row.get("refund"):
            amount = -amount
        groups[customer, when.year * 12 + when.month].append(amount)
    totals = {key: sum(values, Decimal(0)) for key, values in groups.items() if values}
    best = max(totals.items(), key=lambda item: (item[1], item[0]), default=(None, Decimal(0)))
    return {"totals": totals, "best": best[0], "share": best[1] / (sum(totals.values()) or 1)}
'''),
    Template('''

async def ${verb}_$number(client: Any, path: str, *, attempts: int = 3) -> dict[str, Any]:
    """Ask the partner's service, again after a refusal, and check what came back."""
    problem: Exception | None = None
    for attempt in range(attempts):
        try:
            async with client.get(f"/v1/{path.lstrip('/')}", timeout=5 * (attempt + 1)) as reply:
                if reply.status == 404:
                    return {}
                body = await reply.json()
        except OSError as error:
            problem = error
            logger.info("attempt %d of %d for %s: %r", attempt + 1, attempts, path, error)
            continue
        if not isinstance(body, dict) or body.get("status", "ok") not in ("ok", "partial"):
            raise ${base}Error(f"{path} answered {str(body)[:80]!r}")
        return {name.lower(): value for name, value in body.items() if not name.startswith("_")}
    raise ${base}Error(f"{path} does not answer after {attempts} attempts") from problem
'''),
]

VERBS = ("collect", "summarise", "import_rows", "fetch", "book", "compare", "settle", "forward")


def model_names(package: str, number: int) -> tuple[str, str]:
    """The classes of a model file."""
    big = f"{package.title()}Item{number:02}"
    return big, f"{big}Detail"


def model_file(package: str, number: int, abroad: str, dice: random.Random) -> str:
    """A file with two models, an association table, and a relationship into another package."""
    big, _ = model_names(package, number)
    foreign, _ = model_names(abroad, 0)
    own = foreign == big
    values = {
        "package": package,
        "number": number,
        "abroad": abroad,
        "foreign": foreign,
        "abroad_table": f"{abroad}_item_00",
        "big": big,
        "small": f"{package}_item_{number:02}",
        "tags": dice.choice(["tags", "marks", "flags"]),
        "remote": f"remote_side='{big}.id'," if own else "",
    }
    return _MODEL_HEAD.substitute(values) + _MODEL.substitute(values)


def service_file(package: str, number: int, models: int, size: int, dice: random.Random) -> str:
    """A file of about `size` bytes; every second one queries a model of its package."""
    model, _ = model_names(package, dice.randrange(models))
    queries = number % 2 == 0
    imports = _WITH_DATABASE.substitute(model=model) if queries else ""
    base = f"{package.title()}{number:02}"
    parts = [
        _SERVICE_HEAD.substitute(number=number, package=package, imports=imports, big=base),
    ]
    kinds = [*_PLAIN, _QUERY] if queries else _PLAIN
    while sum(map(len, parts)) < size:
        at, verb = len(parts), dice.choice(VERBS)
        chosen = dice.choice(kinds)
        big = f"{verb.title().replace('_', '')}Result"
        parts.append(chosen.substitute(number=at, verb=verb, model=model, big=big, base=base))
    return "".join(parts)


def constants(package: str, size: int, dice: random.Random) -> str:
    """A file of plain data."""
    rows = [f'"""Limits of {package}."""\n', "LIMITS = {"]
    while sum(map(len, rows)) < size:
        rows.append(f'    "{package}-{len(rows):04}": ({dice.randrange(999)}, "per day", None),')
    return "\n".join([*rows, "}", ""])
