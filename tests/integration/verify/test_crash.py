from __future__ import annotations

import stat
from pathlib import Path

import pytest

from safeguards.cli.crash import log_hint, report_crash
from safeguards.cli.redact import REDACTOR

CANARY = "crash-canary-20b4"


def crash() -> BaseException:
    with pytest.raises(KeyError) as caught:
        {}[f"{CANARY} postgresql://u:hunter2@h/d"]
    return caught.value


def test_a_bug_leaves_a_private_log_without_secrets(home: Path) -> None:
    REDACTOR.learn(CANARY)
    text = report_crash(crash())
    (log,) = (home / ".local/state/safeguards/crashes").glob("crash-*.log")
    written = log.read_text()
    assert text.startswith("error: a bug in safeguards: KeyError: ")
    assert text.endswith(f"hint: please report it with the log {log}")
    assert "in crash" in written
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    for said in (text, written):
        assert CANARY not in said
        assert "hunter2" not in said


def test_a_hint_says_where_the_log_is_and_is_not_called_hint_twice(home: Path) -> None:
    assert log_hint(crash()).startswith(f"please report it with the log {home}/")


def test_without_a_writable_state_folder_the_log_is_temporary(
    tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    monkeypatch.setenv("XDG_STATE_HOME", str(blocked))
    log = Path(report_crash(crash()).rpartition("the log ")[2])
    assert log.read_text()
    log.unlink()
