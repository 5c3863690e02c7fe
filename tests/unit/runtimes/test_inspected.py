from __future__ import annotations

from safeguards.runtimes.inspected import to_instance
from safeguards.runtimes.observe import Instance

RAW = {
    "Id": "4f1d",
    "Name": "/npd-backend-1",
    "RestartCount": 2,
    "Image": "sha256:aa",
    "State": {
        "Status": "exited",
        "ExitCode": 137,
        "OOMKilled": True,
        "StartedAt": "2026-01-02T03:04:05Z",
        "Health": {"Status": "unhealthy"},
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
