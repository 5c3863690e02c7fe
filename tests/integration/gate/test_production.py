"""Production is asked before a push: a command, a SQLite file, an HTTP server, all real."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.integration.gate.kit import (
    AMBIGUOUS,
    Ended,
    arm,
    gate,
    head,
    line,
    push,
    revision,
    target,
    tip,
)
from tests.integration.git.kit import GitRepo
from tests.integration.verify import servers

INSIDE = '[targets.production.alembic]\ncontainer = "production"\nworkdir = "."\n'


class Deployed(msgspec.Struct, frozen=True):
    """A guarded project whose production, elsewhere on this machine, is well and at 018."""

    repo: GitRepo
    folder: Path
    place: str

    def configure(self, push: str = "", more: str = "", place: str = "") -> None:
        text = target(self.folder, place or self.place, push=push, more=more)
        self.repo.write("safeguards.toml", text)

    def sql(self, script: str) -> None:
        with closing(sqlite3.connect(self.folder / "app.db")) as connection:
            connection.executescript(script)

    def at(self, name: str) -> None:
        """Say that the database is at another revision."""
        self.sql(f"update alembic_version set version_num = '{name}'")

    def gate(self, *argv: str, **env: str) -> Ended:
        return gate(self.repo.top, *argv, **env)

    def check(self, **env: str) -> dict[str, Any]:
        """The production check of a gate."""
        document = self.gate("--format", "json", **env).document
        (found,) = [each for each in document["checks"] if each["name"] == "production"]
        return dict(found) | {"outcome": document["outcome"], "whole": document}


def item(check: dict[str, Any], subject: str) -> dict[str, Any]:
    (found,) = [each for each in check["items"] if each["subject"] == subject]
    return dict(found)


@pytest.fixture
def live(repo: GitRepo, tmp_path: Path) -> Iterator[Deployed]:
    folder = tmp_path / "production"
    folder.mkdir()
    (folder / "running").touch()
    shutil.copytree(repo.top / "migrations", folder / "migrations")
    shutil.copy(repo.top / "alembic.ini", folder)
    repo.git("push", "-q", "-u", "origin", "main")
    arm(repo)
    with servers.serving(servers.answering("200 OK")) as place:
        made = Deployed(repo, folder, place)
        made.configure()
        made.sql(
            "create table alembic_version (version_num text);"
            "insert into alembic_version values ('018');"
            "create table projects (id integer); insert into projects values (1), (2);"
        )
        yield made


def test_a_well_production_lets_a_push_pass(live: Deployed) -> None:
    live.repo.commit("Nothing else")
    ended = push(live.repo.top)
    assert ended.code == 0, ended.err
    assert "Production [OK] (production at 018, healthy)\nPUSH GATE PASSED\n" in ended.err
    assert tip(live.repo) == head(live.repo)


def test_a_new_revision_may_be_ahead_of_production(live: Deployed) -> None:
    live.repo.add("migrations/versions/019.py", revision("019", "018"))
    live.repo.commit("Add something")
    check = live.check()
    assert (check["outcome"], check["status"]) == ("pass", "pass")
    assert item(check, "revision")["message"] == "1 revision to apply"
    live.configure(more=INSIDE)
    assert live.check()["status"] == "pass"


def test_the_gate_writes_nothing_to_production(live: Deployed) -> None:
    def state() -> dict[Path, tuple[int, int]]:
        found = {path: path.stat() for path in live.folder.rglob("*")}
        return {path: (facts.st_mtime_ns, facts.st_size) for path, facts in found.items()}

    before = state()
    live.configure(more=INSIDE)
    assert live.gate().code == 0
    assert state() == before


def test_production_at_a_revision_that_the_push_lacks_is_refused(live: Deployed) -> None:
    live.at("019")
    check = live.check()
    assert (check["outcome"], check["status"]) == ("fail", "fail")
    lineage = item(check, "revision")
    assert (lineage["status"], lineage["observed"]) == ("fail", "019")
    assert lineage["message"] == "production is at 019, which the pushed commit does not have"
    live.repo.commit("Nothing else")
    assert push(live.repo.top, SAFEGUARDS_REPAIR="no way around it").code == 1
    assert tip(live.repo) != head(live.repo)


def test_a_revision_of_the_work_tree_does_not_help(live: Deployed) -> None:
    live.at("019")
    live.repo.write("migrations/versions/019.py", revision("019", "018"))
    assert live.check()["status"] == "fail"
    live.repo.add("migrations/versions/019.py", revision("019", "018"))
    live.repo.commit("Now it is in the commit")
    assert live.check()["status"] == "pass"


def test_what_is_missing_in_the_work_tree_does_not_matter(live: Deployed) -> None:
    shutil.rmtree(live.repo.top / "migrations")
    (live.repo.top / "alembic.ini").unlink()
    assert live.check()["status"] == "pass"


def test_a_commit_without_migrations_is_refused_by_a_migrated_production(live: Deployed) -> None:
    live.repo.git("rm", "-rq", "alembic.ini", "migrations")
    live.repo.commit("Drop alembic")
    lineage = item(live.check(), "revision")
    assert lineage["status"] == "fail"
    assert "it has no Alembic environment" in lineage["message"]
    live.sql("delete from alembic_version")
    assert item(live.check(), "revision")["status"] == "ok"


def test_an_older_commit_is_refused(live: Deployed) -> None:
    live.repo.add("migrations/versions/019.py", revision("019", "018"))
    live.repo.commit("Add something")
    live.at("019")
    assert live.gate().code == 0
    assert live.gate("--commit", "HEAD^").code == 1


def test_the_graph_counts_even_where_history_is_no_check(live: Deployed) -> None:
    live.configure(push='gate = ["production"]')
    assert live.gate().code == 0
    live.at("020")
    assert live.gate().code == 1


def test_an_applied_revision_that_the_image_has_otherwise_is_refused(live: Deployed) -> None:
    live.configure(more=INSIDE)
    inside = live.folder / "migrations" / "versions" / "017.py"
    inside.write_text(revision("017", None, "op.create_table('x')"))
    check = live.check()
    assert (check["status"], [f["rule"] for f in check["findings"]]) == ("fail", ["SG207"])
    assert check["findings"][0]["path"] == "migrations/versions/017.py"
    inside.write_text("# another layout\n" + revision("017", None) + "\n\n# and a comment\n")
    assert live.check()["status"] == "pass"


def test_an_edit_that_the_commit_accepts_is_no_finding(live: Deployed) -> None:
    live.configure(more=INSIDE)
    inside = live.folder / "migrations" / "versions" / "017.py"
    inside.write_text(revision("017", None, "op.create_table('x')"))
    text = revision("017", None).replace(
        'revision: str = "017"', 'revision: str = "017"  # safeguards: ignore[SG207] by hand'
    )
    live.repo.add("migrations/versions/017.py", text)
    live.repo.commit("Accept the edit")
    check = live.check()
    assert (check["status"], check["findings"]) == ("pass", [])


def test_of_several_histories_the_one_that_knows_the_revision_counts(live: Deployed) -> None:
    live.repo.add("billing/alembic.ini", "[alembic]\nscript_location = billing/moves\n")
    live.repo.add("billing/moves/env.py")
    live.repo.add("billing/moves/versions/b1.py", revision("b1", None))
    live.repo.commit("Bill")
    assert live.check()["status"] == "pass"
    live.at("b1")
    assert live.check()["status"] == "pass"
    live.at("b2")
    assert live.check()["status"] == "fail"


def test_a_revision_that_is_not_applied_yet_may_be_edited(live: Deployed) -> None:
    live.configure(more=INSIDE)
    inside = live.folder / "migrations" / "versions" / "018.py"
    inside.write_text(revision("018", "017", "op.create_table('x')"))
    live.at("017")
    check = live.check(SAFEGUARDS_REPAIR="the migration did not run")
    assert (check["status"], check["findings"]) == ("warn", [])


def test_an_ill_production_refuses_a_push(live: Deployed) -> None:
    (live.folder / "running").unlink()
    live.repo.commit("Nothing else")
    ended = push(live.repo.top)
    assert ended.code == 1
    assert "Production [FAIL] (production at 018, ill)" in ended.err
    assert "  - containers: production: exited" in ended.err
    assert "SAFEGUARDS_REPAIR='reason' git push" in ended.err
    assert tip(live.repo) != head(live.repo)


def test_every_stage_of_verify_can_make_it_ill(live: Deployed) -> None:
    live.sql("delete from projects")
    assert item(live.check(), "records: Projects")["status"] == "fail"
    live.sql("insert into projects values (1)")
    with servers.serving(servers.answering("500 Oops")) as place:
        live.configure(place=place)
        assert item(live.check(), "api: /health")["status"] == "fail"
    live.configure(more=INSIDE)
    live.at("017")
    assert item(live.check(), "migrations: database")["status"] == "fail"


def test_a_repair_passes_an_ill_production_and_is_kept(live: Deployed) -> None:
    (live.folder / "running").unlink()
    live.repo.commit("Start it again")
    ended = push(live.repo.top, SAFEGUARDS_REPAIR="the process died")
    assert ended.code == 0, ended.err
    assert "Production [WARN] (production at 018, ill; this push repairs it: the process died)" in (
        ended.err
    )
    assert tip(live.repo) == head(live.repo)
    document = live.gate("--format", "json", SAFEGUARDS_REPAIR="it died").document
    assert (document["outcome"], document["repair"]) == ("pass", "it died")


def test_a_repair_excuses_no_fault_in_the_code(live: Deployed) -> None:
    live.repo.add("shop/order.py", AMBIGUOUS)
    live.repo.commit("Bill somebody else")
    assert live.gate(SAFEGUARDS_REPAIR="why").code == 1


def test_a_repair_of_what_is_well_is_not_recorded(live: Deployed) -> None:
    document = live.gate("--format", "json", SAFEGUARDS_REPAIR="why").document
    assert (document["outcome"], document["repair"]) == ("pass", "")


def test_an_unreachable_production_blocks_or_warns_as_configured(live: Deployed) -> None:
    (live.folder / "app.db").rename(live.folder / "away.db")
    check = live.check()
    assert (check["outcome"], check["status"]) == ("fail", "fail")
    assert item(check, "migrations: database")["status"] == "unknown"
    assert live.gate().out.splitlines()[-1] == "PUSH GATE REFUSED"
    live.configure(push='unreachable = "warn"')
    check = live.check()
    assert (check["outcome"], check["status"]) == ("pass", "warn")
    (skipped,) = check["whole"]["skipped"]
    assert skipped.startswith("production: migrations: database: there is no SQLite file")
    assert "not checked: production: migrations" in live.gate().out


def test_a_repair_does_not_make_the_unreachable_reachable(live: Deployed) -> None:
    (live.folder / "app.db").unlink()
    (live.folder / "running").unlink()
    assert live.gate(SAFEGUARDS_REPAIR="why").code == 1
    live.configure(push='unreachable = "warn"')
    assert live.gate().code == 1
    assert live.gate(SAFEGUARDS_REPAIR="why").code == 0


def test_a_production_that_hangs_is_given_up(live: Deployed) -> None:
    with servers.serving(servers.silent) as place:
        live.configure(place=place)
        check = live.check()
    assert check["status"] == "fail"
    assert item(check, "api: /health")["observed"] == "no answer"


def test_production_is_asked_once_for_several_commits(live: Deployed, tmp_path: Path) -> None:
    asked = tmp_path / "asked"
    live.configure(push='branches = ["main", "release"]')
    text = (live.repo.top / "safeguards.toml").read_text()
    status = f'status = ["sh", "-c", "echo >> {asked}; test -e running"]'
    live.repo.write("safeguards.toml", text.replace('status = ["test", "-e", "running"]', status))
    live.repo.git("branch", "release")
    live.repo.add("migrations/versions/019.py", revision("019", "018"))
    live.repo.commit("Add something")
    live.at("019")
    both = "".join(line(live.repo, name, f"refs/heads/{name}") for name in ("main", "release"))
    ended = gate(live.repo.top, "origin", "x", "--format", "json", stdin=both)
    checks = [c for c in ended.document["checks"] if c["name"] == "production"]
    assert [c["status"] for c in checks] == ["pass", "fail"]
    assert asked.read_text() == "\n"


def test_secrets_are_nowhere(live: Deployed) -> None:
    text = (live.repo.top / "safeguards.toml").read_text()
    text = text.replace(
        'endpoints = ["/health"]',
        'endpoints = [{ path = "/health", headers = { X-Key = "env:KEY" }, expect = [204] }]',
    )
    live.repo.write("safeguards.toml", text)
    ended = live.gate("--format", "json", KEY="canary-9d1f", SAFEGUARDS_REPAIR="canary-9d1f")
    assert ended.code == 0
    assert "canary" not in ended.out + ended.err
    assert live.gate().code == 78


def test_which_target(live: Deployed) -> None:
    assert live.gate("--target", "production").code == 0
    assert live.gate("--target", "staging").code == 64
