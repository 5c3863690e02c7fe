"""What the journal adds: the last success, the newest sync, how syncs ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec
import pytest

from safeguards.checks import Check, Item, Verdict
from safeguards.cli.measuring.past import told_of
from safeguards.cli.recalled import latest, verdict_of
from safeguards.journal.journal import KEEP, Journal
from safeguards.journal.records import encode
from safeguards.runs import Run, Step, Work
from safeguards.system.journal_store import JournalStore

WELL = (Check(1, "containers", "ok", 9, "", (Item("web", "ok"),)),)
ILL = (Check(1, "containers", "fail", 9, "", (Item("web", "fail"),)),)
Write = Callable[..., Run]


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(JournalStore(tmp_path / "journal.db"))


@pytest.fixture
def write(journal: Journal) -> Write:
    """Writes a run that took a second; each is a minute later than the one before."""
    minutes = iter(range(60))

    def one(kind: str, code: int | None, **fields: object) -> Run:
        at = f"2026-01-01T00:{next(minutes):02}"
        run = Run(
            *(f"r{at}", kind, "manual", "production", f"{at}:00.000Z"),  # type: ignore[arg-type]
            status="pass" if code == 0 else "running" if code is None else "fail",
            commit=f"commit-{at[-2:]}",
            finished_at=None if code is None else f"{at}:01.000Z",
            exit_code=code,
        )
        run = msgspec.structs.replace(run, **fields)
        journal.write(run)
        return run

    return one


def verdict(*checks: Check, code: int = 1) -> Verdict:
    at = "2026-01-01T09:00:00.000Z"
    status = "fail" if code else "pass"
    return Verdict(1, "production", status, code, "full", at, 9, None, checks, ())


def test_nothing_is_known_of_an_empty_journal(journal: Journal) -> None:
    found = told_of(None, journal, verdict())
    assert (found.last_success, found.synced, found.state, found.steps) == (None, None, None, ())
    assert set((found.results or {}).values()) == {0}
    assert latest(journal, "production") is None


def test_the_last_success_is_that_of_whoever_looked(journal: Journal, write: Write) -> None:
    verified = write("verify", 0, checks=WELL)
    write("verify", 1, checks=ILL)
    assert told_of(None, journal, verdict()).last_success == verified.started_at
    synced = write("sync", 0, checks=WELL)
    write("sync", 12)
    assert told_of(None, journal, verdict()).last_success == synced.finished_at
    assert told_of(None, journal, verdict(code=0)).last_success == "2026-01-01T09:00:00.000Z"
    run = latest(journal, "production")
    assert run is not None
    assert run.id == synced.id
    assert latest(journal, "staging") is None


def test_a_run_is_the_verdict_that_it_was(write: Write) -> None:
    seen = verdict_of(write("verify", 1, checks=ILL))
    assert (seen.status, seen.exit_code, seen.duration_ms) == ("fail", 1, 1000)
    assert seen.checks == ILL
    # A sync fails for reasons of its own; what it saw at its end was well.
    after = verdict_of(write("sync", 15, checks=WELL))
    assert (after.status, after.exit_code, after.started_at[-6:]) == ("pass", 0, "1.000Z")


def test_syncs_of_this_target(journal: Journal, write: Write) -> None:
    write("sync", 0)
    write("sync", 15)
    write("sync", 0, target="staging")
    newest = write("sync", 14, steps=(Step("build", "fail", 800),))
    found = told_of(None, journal, verdict())
    assert found.synced == "commit-00"
    assert (found.state, found.steps) == ("build_failed", newest.steps)
    assert {name: count for name, count in (found.results or {}).items() if count} == {
        "ok": 1,
        "rolled_back": 1,
        "build_failed": 1,
    }


def test_a_sync_that_can_go_on_is_not_counted_yet(journal: Journal, write: Write) -> None:
    taken = Work(taken="2026-01-01T00:00:00.500Z")
    write("sync", 13, work=taken)
    found = told_of(None, journal, verdict())
    assert found.state == "failed_halfway"
    assert set((found.results or {}).values()) == {0}
    # Resumed under its id, it comes to another end: no count has fallen.
    journal.write(msgspec.structs.replace(journal.syncs(1)[0], exit_code=0, status="pass"))
    assert (told_of(None, journal, verdict()).results or {})["ok"] == 1


def test_a_sync_that_was_cut_off(journal: Journal, write: Write) -> None:
    write("sync", None, steps=(Step("build", "running"),))
    assert told_of(None, journal, verdict()).state == "interrupted"


def test_a_full_journal_counts_no_longer(journal: Journal, write: Write, tmp_path: Path) -> None:
    run = write("sync", 0)
    more = [msgspec.structs.replace(run, id=f"s{number}") for number in range(KEEP - 2)]
    with closing(sqlite3.connect(tmp_path / "journal.db")) as connection, connection:
        rows = [("syncs", one.id, one.target, one.started_at, encode(one)) for one in more]
        connection.executemany("insert into records values (?, ?, ?, ?, ?)", rows)
    assert (told_of(None, journal, verdict()).results or {})["ok"] == KEEP - 1
    journal.write(msgspec.structs.replace(run, id="one more"))
    found = told_of(None, journal, verdict())
    assert found.results is None
    assert found.state == "ok"
