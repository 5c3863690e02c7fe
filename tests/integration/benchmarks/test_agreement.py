"""Two real packages and some of their mutants: the scanner agrees with their SQLAlchemy."""

from __future__ import annotations

import pytest
from benchmarks.agreement.command import compare
from benchmarks.agreement.compare import counts
from benchmarks.agreement.mutants import mutants
from benchmarks.agreement.packages import PACKAGES, Package, PackageUnavailable, python_of
from tests.support.needs import Unavailable, skip

CHOSEN = [package for package in PACKAGES if package.name in {"mailman", "flask-appbuilder"}]
MUTANTS = 18


@pytest.mark.slow
@pytest.mark.usefixtures("home")  # pip asks rustc for its version, which writes there
@pytest.mark.parametrize("package", CHOSEN, ids=[package.name for package in CHOSEN])
def test_the_scanner_agrees_with_the_sqlalchemy_of_a_package(package: Package) -> None:
    try:
        python_of(package)
    except PackageUnavailable as missing:
        skip(Unavailable("packages", str(missing)))
    _, whole, judged = compare(package, MUTANTS)
    assert whole.mapped >= 9
    assert whole.unseen == ()
    assert whole.other_target == ()
    assert whole.false == ()
    assert whole.missed == ()
    wrong = [each for each in judged if each.outcome not in {"found", "accepted"}]
    assert wrong == []
    assert counts(judged)["found"] >= MUTANTS / 3


SOURCE = b"""\
class Order(Base):
    payer_id = Column("payer", ForeignKey("user.id"), primary_key=True)
    payer = relationship(
        "User",
        foreign_keys="Order.payer_id",  # this one
        back_populates="orders",
    )
"""


def test_each_mistake_is_made_once_and_alone() -> None:
    made = {mutant.kind: mutant.text for mutant in mutants("models.py", SOURCE)}
    assert set(made) == {
        *("drop foreign_keys", "drop ForeignKey", "add second key"),
        *("misspell back_populates", "misspell column", "misspell target"),
    }
    assert "foreign_keys" not in made["drop foreign_keys"]
    assert (
        "Column(\"payer\", __import__('sqlalchemy').Integer,  primary_key=True)"
        in (made["drop ForeignKey"])
    )
    assert (
        "payer_id_again = Column('payer_again', ForeignKey(\"user.id\"), quote=None)"
        in (made["add second key"])
    )
    assert "foreign_keys='Order.payer_idx'" in made["misspell column"]
    assert "back_populates='ordersx'" in made["misspell back_populates"]
    assert "'Userx'," in made["misspell target"]


def test_a_file_that_cannot_be_parsed_has_no_mutants() -> None:
    assert list(mutants("models.py", b"def f(:")) == []
    assert list(mutants("models.py", b"\xff")) == []
