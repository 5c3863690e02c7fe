"""Fixes in one expression: a project in, the repaired project out."""

from __future__ import annotations

from collections.abc import Mapping

from safeguards.findings import Finding
from safeguards.scan.engine import scan
from safeguards.scan.fixes.repair import Repaired, repair
from safeguards.scan.settings import ScanSettings
from safeguards.scan.sources import Sources


def judge(files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """The findings of a project in memory."""
    return scan(Sources(files), ScanSettings()).findings


def repaired(source: str | bytes, *, unsafe: bool = True) -> Repaired:
    """A project of one file, repaired."""
    data = source.encode() if isinstance(source, str) else source
    return repair({"models.py": data}, judge, unsafe=unsafe)


def models(statement: str, *, head: str = "") -> str:
    """Two keys to one table, and a statement in the body of the class that holds them."""
    body = "\n".join(f"    {line}".rstrip() for line in statement.split("\n"))
    return f"""\
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import declarative_base, relationship
{head}
Base = declarative_base()


class Address(Base):
    __tablename__ = "address"
    id = Column(Integer, primary_key=True)


class Invoice(Base):
    __tablename__ = "invoice"
    id = Column(Integer, primary_key=True)
    billing_id = Column(ForeignKey("address.id"))
    shipping_id = Column(ForeignKey("address.id"))
{body}
"""
