"""The kit itself: forgetting its rules fails, and a required part may not be skipped."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import pytest
from tests.support import isolation, needs
from tests.support.golden import Golden


def test_home_is_not_the_home_of_the_person(isolated_environment: Path) -> None:
    assert Path.home() == isolated_environment
    assert list(isolated_environment.iterdir()) == []


def test_writing_below_nobodys_home_fails(tmp_path: Path) -> None:
    nobody = tmp_path / "nobody"
    nobody.mkdir()
    isolation.check_home_untouched(nobody)
    (nobody / ".cache").mkdir()
    with pytest.raises(isolation.ForgotToChooseAHomeError, match=r"wrote \.cache below HOME"):
        isolation.check_home_untouched(nobody)
    isolation.check_home_untouched(nobody)


def test_git_has_no_configuration_of_this_machine(tmp_path: Path) -> None:
    listed = subprocess.check_output(["git", "config", "--list", "--show-origin"], cwd=tmp_path)
    origins = {line.split(b"\t")[0] for line in listed.splitlines()}
    assert origins == {b"file:" + os.environ["GIT_CONFIG_GLOBAL"].encode()}


def test_another_machine_is_out_of_reach() -> None:
    with socket.socket() as near, pytest.raises(isolation.TouchedTheNetworkError, match=r"8\.8"):
        near.connect(("8.8.8.8", 53))


def test_variables_of_the_outer_environment_do_not_leak(tmp_path: Path) -> None:
    outer = {"PATH": "/bin", "GIT_DIR": "x", "SAFEGUARDS_SKIP": "x", "NO_COLOR": "1", "PGHOST": "x"}
    values = isolation.environment(outer | {"SAFEGUARDS_REQUIRE": "docker"}, tmp_path)
    assert values["PATH"] == "/bin"
    assert values["SAFEGUARDS_REQUIRE"] == "docker"
    assert not {"GIT_DIR", "SAFEGUARDS_SKIP", "NO_COLOR", "PGHOST"} & set(values)


@pytest.mark.parametrize(
    ("reason", "marks", "outcome"),
    [
        ("Skipped: needs docker: no engine", set(), "failed"),
        ("Skipped: something else", {"docker"}, "failed"),
        ("Skipped: needs postgres: none", {"postgres"}, "skipped"),
        ("Skipped: only on Windows", set(), "skipped"),
    ],
)
def test_a_skip_of_something_required_is_a_failure(
    monkeypatch: pytest.MonkeyPatch, reason: str, marks: set[str], outcome: str
) -> None:
    monkeypatch.setenv("SAFEGUARDS_REQUIRE", "docker")
    place = ("x.py", 1, "x")
    report = pytest.TestReport("x", place, {}, "skipped", ("x.py", 1, reason), "setup")
    needs.refuse_skip(report, marks)
    assert report.outcome == outcome


def test_requiring_something_unknown_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAFEGUARDS_REQUIRE", "doker")
    with pytest.raises(pytest.UsageError, match="names doker"):
        needs.required()


def test_golden_keeps_the_new_text_beside_the_old(tmp_path: Path) -> None:
    Golden(tmp_path, update=True).check("case.0.text", "one\n")
    kept = Golden(tmp_path, update=False)
    kept.check("case.0.text", "one\n")
    with pytest.raises(AssertionError, match=r"\+two"):
        kept.check("case.0.text", "two\n")
    assert (tmp_path / "case.0.text.actual").read_text() == "two\n"
    kept.check("case.0.text", "one\n")
    assert not (tmp_path / "case.0.text.actual").exists()
