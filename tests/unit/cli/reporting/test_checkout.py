"""What the check of the migrations observed, as revisions that the database has."""

from __future__ import annotations

import pytest
from tests.unit.report.html.kit import verdict

from safeguards.checks import Check, Item, Status
from safeguards.cli.reporting.checkout import database


@pytest.mark.parametrize(
    ("observed", "status", "has"),
    [
        ("018", "ok", {"018"}),
        ("017, a1b2", "fail", {"017", "a1b2"}),
        ("018", "unknown", {"018"}),
        ("no revision", "fail", set()),
        ("none", "fail", set()),
        ("", "unknown", None),
        ("nothing", "unknown", None),
        ("018 in one and 017 in the other", "fail", None),
    ],
)
def test_what_the_database_has_is_what_it_said(
    observed: str, status: Status, has: set[str] | None
) -> None:
    items = (Item("database", status, observed), Item("checkout", "warn", "999"))
    said, found = database(verdict(Check(2, "migrations", status, 1, "", items)))
    assert found == has
    assert said == ("" if observed in ("", "nothing") else observed)


def test_who_was_not_asked_has_said_nothing() -> None:
    skipped = Check(2, "migrations", "skipped", 0, "not configured")
    assert database(verdict(skipped)) == ("", None)
    assert database(None) == ("", None)
