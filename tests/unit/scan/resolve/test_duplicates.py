"""Two classes of one name break a relationship only where both are imported."""

from __future__ import annotations

import pytest
from tests.support.scan_case import found, scan_files

BASE = b"from sqlalchemy.orm import declarative_base\n\nBase = declarative_base()\n"
ACCOUNT = """\
from base import Base
from sqlalchemy import Column, Integer


class Account(Base):
    __tablename__ = "{}"
    id = Column(Integer, primary_key=True)
"""
INVOICE = """\
{}
from base import Base
from sqlalchemy import Column, ForeignKey, Integer
from sqlalchemy.orm import relationship


class Invoice(Base):
    __tablename__ = "invoice"
    id = Column(Integer, primary_key=True)
    account_id = Column(ForeignKey("account.id"))
    account = relationship("Account")
"""
FOR_TYPES = "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import billing, crm"


@pytest.mark.parametrize(
    ("imports", "severity"),
    [
        ("import billing, crm", "error"),
        ("import billing", "warning"),
        ("", "warning"),
        (FOR_TYPES, "warning"),
    ],
)
def test_it_is_an_error_where_a_module_imports_both(imports: str, severity: str) -> None:
    files = {
        "base.py": BASE,
        "billing.py": ACCOUNT.format("account").encode(),
        "crm.py": ACCOUNT.format("crm_account").encode(),
        "invoices.py": INVOICE.format(imports).encode(),
    }
    (finding,) = found(scan_files(files))
    assert (finding.rule, finding.path, finding.severity) == ("SG106", "invoices.py", severity)


def test_a_class_that_replaces_its_namesake_is_not_judged() -> None:
    twice = ACCOUNT.format("old") + ACCOUNT.format("account").partition("Integer\n")[2]
    files = {
        "base.py": BASE,
        "billing.py": twice.encode(),
        "invoices.py": INVOICE.format("import billing").encode(),
    }
    result = scan_files(files)
    assert found(result) == set()
    assert result.undecided == 1
