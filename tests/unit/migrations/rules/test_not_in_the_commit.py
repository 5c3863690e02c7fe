from __future__ import annotations

from tests.support.histories import INI, check_with, text

from safeguards.findings import Finding
from safeguards.migrations.check import check
from safeguards.migrations.history import History, Question
from safeguards.migrations.ini import Environment

FILES = {"m/versions/1.py": text("1")}


def told(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(f.rule, f.severity, f.place.path) for f in findings]


def test_what_git_ignores_is_an_error_and_what_it_does_not_track_a_warning() -> None:
    findings = check_with(
        FILES, INI, ignored=frozenset({"m/versions/2.py"}), untracked=frozenset({"m/versions/3.py"})
    )
    assert told(findings) == [
        ("SG208", "error", "m/versions/2.py"),
        ("SG208", "warning", "m/versions/3.py"),
    ]


def test_an_ini_without_its_env() -> None:
    history = History("b/alembic.ini", Environment("b/m", ("b/m/versions",)), {}, has_env=False)
    (finding,) = check(Question(now=history))
    assert told([finding]) == [("SG208", "error", "b/alembic.ini")]
    assert finding.message.startswith("b/m/env.py is not in what is judged")
