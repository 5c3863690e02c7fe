"""`safeguards sync` on a whole production of commands: every end that it has, and every cut."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.sync.toy import Toy

NOTE = '    op.add_column("things", sa.Column("note", sa.String))\n'
CRASH = """
import os, signal, sys
from safeguards.sync import recording
real, left = recording.Recorder._replace, [int(sys.argv[1])]
def cut(self, **changes):
    real(self, **changes)
    left[0] -= 1
    if not left[0]:
        os.kill(os.getpid(), signal.SIGKILL)
recording.Recorder._replace = cut
from safeguards.cli.main import main
sys.exit(main(["sync"]))
"""
"""A sync that is killed right after the N-th thing that it writes into the journal."""


@pytest.fixture
def toy(tmp_path: Path) -> Iterator[Toy]:
    made = Toy.make(tmp_path)
    try:
        ended = made.run("sync")
        assert ended.code == 0, ended
        yield made
    finally:
        made.close()


def test_the_first_sync_brings_everything_and_the_second_nothing(toy: Toy) -> None:
    first = toy.tip()
    assert (toy.answer(), toy.applied()) == (first, ["001"])
    again = toy.run("sync", "--format", "json")
    assert again.code == 0
    run = again.last["run"]
    assert [step["name"] for step in run["steps"]] == ["plan", "verify"]
    assert toy.repo.git("notes", "--ref=safeguards", "show", first).startswith("safeguards: ")


def test_a_plan_changes_nothing_and_its_digest_holds_until_the_facts_move(toy: Toy) -> None:
    toy.revision("002", "001", NOTE)
    second = toy.push("second")
    plan = json.loads(toy.run("sync", "--plan", "--format", "json").out)
    assert (plan["commit"], plan["noop"], toy.applied()) == (second, False, ["001"])
    assert [each["id"] for each in plan["revisions"]] == ["002"]
    assert [each["action"] for each in plan["services"]] == ["build+replace"]
    assert toy.run("sync", "--plan-digest", "0" * 16).code == 10
    assert toy.applied() == ["001"]
    ended = toy.run("sync", "--plan-digest", plan["digest"], "--format", "markdown")
    assert (ended.code, toy.answer(), toy.applied()) == (0, second, ["002"]), ended
    assert "- Migrations applied: `002`" in ended.out
    assert "- Health check: PASS" in ended.out


def test_a_version_that_does_not_start_replaces_nothing(toy: Toy) -> None:
    first = toy.answer()
    toy.web("STATUS = 200", "raise SystemExit('it does not start')")
    toy.push("bad")
    ended = toy.run("sync")
    assert (ended.code, toy.answer()) == (12, first), ended
    assert "it does not start" in ended.err


def test_models_that_cannot_be_configured_are_not_built(toy: Toy) -> None:
    first = toy.answer()
    toy.repo.add("app/more.py", "from app.models import Base\n\n\nclass More(Base):\n    x = 1\n")
    toy.repo.add("app/web.py", "import app.more\n")
    text = (toy.repo.top / "migrations/env.py").read_text()
    toy.repo.add(
        "migrations/env.py", text.replace("import Base\n", "import Base\nimport app.more\n")
    )
    toy.push("bad models")
    ended = toy.run("sync")
    assert (ended.code, toy.answer()) == (14, first), ended


def test_a_version_that_fails_only_after_the_replace_is_rolled_back(toy: Toy) -> None:
    first = toy.answer()
    toy.web("STATUS = 200", "STATUS = 200 if 'SAFEGUARDS_TRIAL' in os.environ else 500")
    toy.revision("002", "001", NOTE)
    toy.push("bad")
    ended = toy.run("sync", "--format", "json")
    assert (ended.code, toy.answer(), toy.applied()) == (15, first, ["002"]), ended
    assert ended.last["run"]["work"]["unanswered_ms"] > 0


def test_a_rollback_on_demand_and_forward_again(toy: Toy) -> None:
    first = toy.answer()
    toy.revision("002", "001", NOTE)
    second = toy.push("second")
    assert toy.run("sync").code == 0
    assert (toy.run("rollback").code, toy.answer(), toy.applied()) == (0, first, ["002"])
    assert toy.run("status").code == 1  # the branch holds what production does not
    assert (toy.run("sync").code, toy.answer()) == (0, second)


def test_an_old_version_that_does_not_fit_the_database_is_not_brought_back(toy: Toy) -> None:
    toy.revision("002", "001", '    op.drop_table("things")\n')
    toy.web("count = len(connection.execute(sa.select(Thing.id)).all())", "count = 0")
    settings = (toy.repo.top / "safeguards.toml").read_text()
    toy.repo.add("safeguards.toml", settings.partition("[targets.production.records]")[0])
    second = toy.push("contract")
    ended = toy.run("sync", "--format", "json")
    assert (ended.code, toy.answer()) == (0, second), ended
    backup = Path(ended.last["run"]["work"]["backup"])
    assert backup.stat().st_size > 0
    assert f"backup: {backup}; to restore it: " in toy.run("history").out
    ended = toy.run("rollback")
    assert (ended.code, toy.answer()) == (12, second), ended
    assert "002" in ended.err


def test_a_commit_that_the_remote_does_not_have_is_refused(toy: Toy) -> None:
    toy.web("STATUS = 200", "STATUS = 201")
    commit = toy.repo.commit("not pushed")
    assert toy.run("sync", commit).code == 64
    assert (toy.run("sync", commit, "--unpushed").code, toy.answer()) == (0, commit)


@pytest.mark.parametrize("writes", [3, 11, 14, 20, 23])
def test_whatever_is_cut_off_comes_to_its_end(toy: Toy, writes: int) -> None:
    toy.revision("002", "001", NOTE)
    second = toy.push("second")
    cut = subprocess.run(
        [sys.executable, "-c", CRASH, str(writes)],
        cwd=toy.repo.top,
        env=toy.env,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert cut.returncode == -9, cut.stderr
    ended = toy.run("sync", *(["--resume"] if writes % 2 else []))
    assert (ended.code, toy.answer(), toy.applied()) == (0, second, ["002"]), ended
    again = toy.run("sync", "--format", "json")
    assert [step["name"] for step in again.last["run"]["steps"]] == ["plan", "verify"]


def test_two_syncs_at_once_one_works_and_the_other_finds_nothing_to_do(toy: Toy) -> None:
    toy.patience(60)
    toy.revision("002", "001", NOTE)
    second = toy.push("second")
    argv = [sys.executable, "-m", "safeguards", "sync"]
    both = [
        subprocess.Popen(argv, cwd=toy.repo.top, env=toy.env, stdout=-3, stderr=-3)
        for _ in range(2)
    ]
    assert [each.wait(120) for each in both] == [0, 0]
    assert (toy.answer(), toy.applied()) == (second, ["002"])
