from __future__ import annotations

import pytest

from safeguards.runtimes.inspected import epoch, since, to_instance
from safeguards.runtimes.observe import Instance

RAW = {
    "Id": "4f1d",
    "Name": "/npd-backend-1",
    "RestartCount": 2,
    "Created": "2026-01-02T03:04:00.5Z",
    "Seen": 1767323050.0,
    "Image": "sha256:aa",
    "State": {
        "Status": "exited",
        "ExitCode": 137,
        "OOMKilled": True,
        "StartedAt": "2026-01-02T03:04:05Z",
        "FinishedAt": "2026-01-02T03:04:03.5Z",
        "Health": {"Status": "unhealthy", "FailingStreak": 3},
    },
    "Config": {
        "Image": "npd:latest",
        "WorkingDir": "/srv",
        "Env": ["A=1", "B=x=y", "EMPTY=", "BARE"],
        "Labels": {"com.docker.compose.service": "npd-backend"},
    },
}


def test_what_the_engine_says_in_our_terms() -> None:
    assert to_instance(RAW) == Instance(
        name="npd-backend-1",
        id="4f1d",
        state="exited",
        health="unhealthy",
        exit_code=137,
        oom_killed=True,
        restarts=2,
        started_at="2026-01-02T03:04:05Z",
        created_at="2026-01-02T03:04:00.5Z",
        age=9.5,
        pause=1.5,
        streak=3,
        image="npd:latest",
        image_id="sha256:aa",
        service="npd-backend",
        workdir="/srv",
        env={"A": "1", "B": "x=y", "EMPTY": "", "BARE": ""},
        labels={"com.docker.compose.service": "npd-backend"},
    )


def test_what_the_engine_leaves_out_has_a_default() -> None:
    bare = to_instance({"Id": "1", "Config": {"Env": None, "Labels": None}, "State": None})
    assert (bare.state, bare.health, bare.running, bare.env) == ("unknown", "none", False, {})
    assert not to_instance({"State": {"Status": "restarting"}}).running


def test_only_what_runs_has_been_up_for_some_time() -> None:
    state = {"Status": "running", "StartedAt": "2026-01-02T03:04:05.25Z"}
    assert to_instance(RAW | {"State": state}).uptime == 4.75
    assert to_instance(RAW | {"State": state | {"Status": "restarting"}}).uptime is None
    assert to_instance(RAW | {"State": state, "Seen": 1767323000.0}).uptime == 0
    assert to_instance(RAW | {"State": state, "Seen": None}).uptime is None


@pytest.mark.parametrize(
    ("moment", "seconds"),
    [
        ("2026-01-02T03:04:05Z", 1767323045),
        ("2026-01-02T03:04:05", 1767323045),
        ("2026-01-02T04:04:05.5+01:00", 1767323045.5),
        ("2026-01-02T03:04:05.123456789Z", 1767323045.123456789),
        ("0001-01-01T00:00:00Z", None),
        ("", None),
        ("yesterday", None),
        ("2026-13-02T03:04:05Z", None),
    ],
)
def test_times_of_an_engine_are_seconds(moment: str, seconds: float | None) -> None:
    assert epoch(moment) == seconds
    assert since(moment, 1767323050.0) == (None if seconds is None else 1767323050.0 - seconds)
