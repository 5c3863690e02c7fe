"""The benchmarks run and print their tables; nobody looks at the seconds here."""

from __future__ import annotations

import re
import sys

import pytest
from benchmarks import verify
from benchmarks.scan import AGAIN, COLD, EDITED, FIRST, PARSED, STAGED, WARM
from tests.support.production import Production
from tests.support.shell import ROOT, sh


def test_scan_prints_every_side_and_every_ratio() -> None:
    command = (sys.executable, "-m", "benchmarks", "scan", "--files", "12", "--rounds", "1")
    printed = sh(*command, cwd=ROOT, timeout=300)
    assert "## scan: generated application, 12 files" in printed
    assert rows(printed) == [
        *(COLD, EDITED, WARM, STAGED, PARSED, FIRST, AGAIN),
        *(f"{COLD} : {PARSED}", f"{EDITED} : {PARSED}", f"{WARM} : {PARSED}"),
        f"{STAGED} : {PARSED}",
        *(f"{COLD} : {FIRST}", f"{COLD} : {AGAIN}", f"{EDITED} : {AGAIN}", f"{WARM} : {AGAIN}"),
    ]


@pytest.mark.docker
def test_verify_and_both_scripts_find_the_production_healthy(production: Production) -> None:
    printed = verify.compare(production, rounds=1)
    sides = [verify.OURS, verify.UNRECORDED, verify.NAIVE, verify.TUNED]
    assert rows(printed)[:4] == sides


@pytest.mark.docker
def test_verify_is_asked_about_ten_and_a_hundred_and_leaves_nothing(production: Production) -> None:
    listed = sorted(path.name for path in production.folder.iterdir())
    printed = verify.scale(production, rounds=1)
    assert rows(printed)[:4] == [
        f"{endpoints} endpoints, {tables} tables"
        for endpoints, tables in ((10, 10), (100, 10), (10, 100), (100, 100))
    ]
    assert sorted(path.name for path in production.folder.iterdir()) == listed
    assert production.sql("SELECT to_regclass('scale_0')").strip() == ""
    assert rows(verify.beside(production, rounds=1)) == ["the stages together", "the whole process"]


@pytest.mark.docker
@pytest.mark.parametrize("script", ["naive.sh", "tuned.sh"])
def test_scripts_notice_an_empty_table(production: Production, script: str) -> None:
    sides = {side.argv[-1].rpartition("/")[2]: side for side in verify.sides(production)}
    side = sides[script]
    with production.emptied():
        sh(*side.argv, cwd=side.cwd, env=side.env, ok=(1,))


def rows(printed: str) -> list[str]:
    """The first cell of every row with figures."""
    return re.findall(r"^\| (?!side|ratio)([^|]+) \|", printed, re.MULTILINE)
