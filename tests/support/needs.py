"""Skips for lack of something, spelled so that the summary can count and CI can refuse them.

`SAFEGUARDS_REQUIRE=docker,postgres` turns the skip of any test that needs these into a failure.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, NoReturn

import pytest

KINDS = {
    "docker": "a Docker engine with Compose and the test images",
    "postgres": "a PostgreSQL server program on this machine",
    "mariadb": "a MariaDB server program on this machine",
    "oracles": "the SQLAlchemy oracles that scripts/oracles makes",
    "packages": "real packages from the index, in .cache/agreement",
    "precommit": "the pre-commit framework",
    "ssh": "an ssh server program on this machine",
    "git": "every program of git",
    "npm": "npm and a registry that it can reach",
    "prometheus": "Prometheus, promtool and the push gateway",
    "chromium": "the browser Chromium",
}
MARKS = {"docker": "docker", "postgres": "postgres", "mariadb": "mariadb", "oracle": "oracles"}


class Unavailable(Exception):  # noqa: N818  a state of this machine, not an error of the caller
    """Something real that a test needs is not to be had here; says what and why."""

    def __init__(self, kind: str, reason: str) -> None:
        super().__init__(f"needs {kind}: {reason}")
        self.kind = kind


def skip(missing: Unavailable) -> NoReturn:
    """Skip this test; a failure where SAFEGUARDS_REQUIRE names the kind."""
    if missing.kind in required():
        pytest.fail(f"{missing} (SAFEGUARDS_REQUIRE names it)", pytrace=False)
    pytest.skip(str(missing))


def required() -> frozenset[str]:
    """The kinds whose absence is a failure."""
    named = {part.strip() for part in os.environ.get("SAFEGUARDS_REQUIRE", "").split(",")} - {""}
    if unknown := named - set(KINDS):
        raise pytest.UsageError(
            f"SAFEGUARDS_REQUIRE names {', '.join(sorted(unknown))}; it can name {', '.join(KINDS)}"
        )
    return frozenset(named)


def refuse_skip(report: pytest.TestReport, marks: Iterable[str]) -> None:
    """Turn a skipped report into a failed one when its test needs something required."""
    if not report.skipped or hasattr(report, "wasxfail"):
        return
    reason = skip_reason(report.longrepr)
    lacking = {kind_of(reason)} | {MARKS[mark] for mark in marks if mark in MARKS}
    if wanted := required() & lacking:
        report.outcome = "failed"
        report.longrepr = f"{reason}\nskipped, but SAFEGUARDS_REQUIRE={','.join(sorted(wanted))}"


def skip_reason(longrepr: Any) -> str:
    """The reason of a skip without pytest's prefix."""
    text = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
    return text.removeprefix("Skipped: ")


def kind_of(reason: str) -> str:
    """`docker` of `needs docker: …`; empty for another reason."""
    found = re.match(r"needs (\w+):", reason)
    return found[1] if found else ""


def summary(skipped: Iterable[pytest.TestReport]) -> list[str]:
    """One line per reason: what was skipped for lack of what."""
    reasons = Counter(skip_reason(report.longrepr) for report in skipped)
    return [f"{count} skipped: {reason}" for reason, count in sorted(reasons.items())]
