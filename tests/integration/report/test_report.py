"""`safeguards report` as a program: what it writes, what it keeps, what it refuses."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from tests.integration.report.kit import EVIL, fill, journal_of, make_hostile, report
from tests.integration.verify.conftest import CANARY, Small

MOST_BYTES = 2_000_000


def page(path: Path) -> ElementTree.Element:
    """The page, which is well-formed XML as well."""
    return ElementTree.fromstring(path.read_text(encoding="utf-8"))


def words(path: Path) -> str:
    """What is there to read."""
    return " ".join("".join(page(path).find("body").itertext()).split())  # type: ignore[union-attr]


def test_a_healthy_production(small: Small) -> None:
    ended = report(small, "--html", "report.html")
    path = small.folder / "report.html"
    assert ended.code == 0, ended.err
    assert ended.out == f"report.html: production PASSED ({-(-path.stat().st_size // 1000)} kB)\n"
    told = words(path)
    assert "✓ PASSED" in told
    assert "1. Containers✓ OK" in told
    assert "/secret: 200" in told
    assert "2 revisions, the head is 018. The database is at 018: all are applied." in told
    assert "1 of 1 run passed" in told
    assert "No SQLAlchemy model was found in this checkout." in told
    assert [run["kind"] for run in small.journal()] == ["verify"]
    assert CANARY not in path.read_text()


def test_an_ill_production_is_written_too_and_programs_are_told(small: Small) -> None:
    small.sql("delete from projects; update alembic_version set version_num = '017'")
    ended = report(small, "--html", "report.html", "--format", "json", "--quick")
    assert ended.code == 0, ended.err
    size = (small.folder / "report.html").stat().st_size
    assert ended.document == {
        "version": 1,
        "file": "report.html",
        "bytes": size,
        "target": "production",
        "status": "fail",
        "exit_code": 99,
    }
    told = words(small.folder / "report.html")
    assert "✕ FAILEDMigrations, Record counts: exit code 99" in told
    assert "alembic -c alembic.ini upgrade head" in told
    assert "The database is at 017; 1 is not applied: 018." in told
    assert "observed0expectedat least 1" in told
    assert "without the API" in told


def test_the_last_verdict_is_shown_without_asking_anybody(small: Small) -> None:
    assert small.verify().code == 0
    (small.folder / "running").unlink()
    small.env.pop("APP_DATABASE_URL")
    small.env.pop("APP_TOKEN")
    ended = report(small, "--html", "report.html", "--last")
    assert (ended.code, ended.out[:31]) == (0, "report.html: production PASSED "), ended.err
    told = words(small.folder / "report.html")
    assert "as the journal has it, of 20" in told
    assert "The database is at 018: all are applied." in told
    assert len(small.journal()) == 1


def test_without_any_run_the_last_one_is_none(small: Small) -> None:
    ended = report(small, "--html", "report.html", "--last")
    assert ended.code == 0, ended.err
    assert ended.out.startswith("report.html: production never checked (")
    told = words(small.folder / "report.html")
    assert "Never checked" in told
    assert "There is no run and no push yet." in told
    assert "Which of them the database has is not known." in told
    assert not (small.folder / ".git" / "safeguards" / "journal.db").exists()


def test_the_last_verdict_of_a_sync_is_that_of_its_checks(small: Small) -> None:
    fill(small, 4)  # the last one is a verify that failed with 3
    ended = report(small, "--html", "report.html", "--last", "--format", "json")
    assert (ended.code, ended.document["exit_code"]) == (0, 3)


def test_standard_output_gets_the_page_alone_and_nothing_is_kept_if_so_asked(small: Small) -> None:
    ended = report(small, "--html", "-", "--no-journal")
    assert ended.code == 0
    assert ended.out.startswith("<!DOCTYPE html>\n<html")
    assert ended.out.endswith("</html>\n")
    ElementTree.fromstring(ended.out)
    assert not (small.folder / "-").exists()
    assert not (small.folder / ".git" / "safeguards" / "journal.db").exists()


def test_a_reader_that_goes_away_is_no_bug(small: Small) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        ended = subprocess.run(
            [sys.executable, "-m", "safeguards", "report", "--html", "-"],
            cwd=small.folder,
            env=small.env,
            stdout=pipe,
            stderr=subprocess.PIPE,
            timeout=60,
            check=False,
        )
    assert b"Traceback" not in ended.stderr
    assert ended.returncode == 0


@pytest.mark.parametrize(
    ("argv", "message", "hint"),
    [
        ([], "Missing option '--html'.", "see `safeguards report --help`"),
        (["--html", "migrations"], "migrations is a folder", "name a file"),
        (["--html", "running/x.html"], "cannot write running/x.html", "name another file"),
        (["--html", "-", "--format", "json"], "both write to standard output", "name a file"),
        (["--html", "r.html", "--last", "--quick"], "--last checks nothing", "leave out"),
    ],
)
def test_a_wrong_call_is_64_with_a_hint(
    small: Small, argv: list[str], message: str, hint: str
) -> None:
    ended = report(small, *argv)
    assert (ended.code, ended.out) == (64, "")
    assert message in ended.err
    assert f"hint: {hint}" in ended.err
    assert not (small.folder / "r.html").exists()


def test_an_earlier_report_stays_when_no_new_one_can_be_made(small: Small) -> None:
    (small.folder / "report.html").write_text("the earlier one")
    small.env.pop("APP_TOKEN")
    ended = report(small, "--html", "report.html")
    assert ended.code == 78
    assert "APP_TOKEN" in ended.err
    assert (small.folder / "report.html").read_text() == "the earlier one"
    assert list(small.folder.glob("report.html.*")) == []


def test_a_new_folder_is_made(small: Small) -> None:
    assert report(small, "--html", "new/folder/report.html").code == 0
    assert "PASSED" in words(small.folder / "new" / "folder" / "report.html")


def test_what_cannot_be_read_is_said_in_its_place(small: Small) -> None:
    journal = small.folder / ".git" / "safeguards" / "journal.db"
    journal.parent.mkdir()
    journal.write_bytes(b"this is no journal" * 100)
    (small.folder / "alembic.ini").write_text("no ini at all")
    small.configure("[migrations]\n", '[scan]\npaths = ["nowhere"]\n\n[migrations]\n')
    ended = report(small, "--html", "report.html")
    assert ended.code == 0, ended.err
    told = words(small.folder / "report.html")
    assert "The journal could not be read: the journal " in told
    assert "The models could not be read: " in told
    assert "no Python file lies in nowhere" in told
    assert "No Alembic migrations were found" in told


def test_hostile_names_stay_text_and_the_size_is_bounded(small: Small) -> None:
    make_hostile(small)
    ended = report(small, "--html", "report.html")
    path = small.folder / "report.html"
    assert ended.code == 0, ended.err
    assert path.stat().st_size < MOST_BYTES
    tags = {element.tag.rpartition("}")[2] for element in page(path).iter()}
    assert tags.isdisjoint({"script", "img", "iframe", "object", "embed", "form", "base"})
    links = [e.get("href") for e in page(path).iter() if e.get("href")]
    assert [href for href in links if not href.startswith(("#", "data:image/svg+xml,"))] == []
    told = words(path)
    for place in ("2026-01-06 03:00:00 UTC", f"x{EVIL}", f"author {EVIL}"[:50], "SG101"):
        assert place in told, place
    assert "60 are not applied: 000x, 001x" in told
    assert "and 32 older: 2 applied, 30 not applied" in told
    assert "runs passed; failed: Migrations" in told
    assert journal_of(small).runs(1)[0].exit_code == 99


def test_secrets_are_masked_wherever_they_come_from(small: Small) -> None:
    (small.folder / "migrations" / "versions" / "019.py").write_text(
        f'"""Use {CANARY} no more"""\nrevision = "019"\ndown_revision = "018"\n'
    )
    (small.folder / "models.py").write_text(
        f"from sqlalchemy.orm import declarative_base\nfrom sqlalchemy import Column, Integer\n"
        f'class A(declarative_base()):\n    __tablename__ = "{CANARY}"\n'
        "    id = Column(Integer, primary_key=True)\n"
    )
    assert report(small, "--html", "report.html", APP_TOKEN=CANARY).code == 0
    text = (small.folder / "report.html").read_text()
    assert CANARY not in text
    assert "Use *** no more" in text
