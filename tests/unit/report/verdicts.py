"""Verdicts to render: one that is well, one with everything that can be ill, one that is nasty."""

from __future__ import annotations

from safeguards.checks import Action, Check, Drift, Item, Mode, Verdict, exit_code, next_actions

NASTY = "a`|<b>@all\x1b[31m\r\n]]>::error::# SKIP \\\udcff\u202e&\"'"
"""What an API, a container's name or a database may say."""


def verdict(
    *checks: Check, target: str = "production", mode: Mode = "full", drift: Drift | None = None
) -> Verdict:
    code = int(exit_code(checks))
    return Verdict(
        1,
        target,
        "fail" if code else "pass",
        code,
        mode,
        "2026-01-01T00:00:00.000Z",
        120,
        "abc",
        checks,
        next_actions(checks),
        drift,
    )


WELL = verdict(
    Check(1, "containers", "ok", 30, "", (Item("npd-db", "ok", "running", "running"),)),
    Check(2, "migrations", "ok", 90, "018 matches head", (Item("database", "ok", "018", "018"),)),
    Check(3, "api", "skipped", 0, "quick"),
    Check(4, "records", "ok", 50, "", (Item("Projects", "ok", "2", "at least 1"),)),
    mode="quick",
)

LOG = Action("docker logs 'npd-backend'", "it is exited", safe=True)
ILL = verdict(
    Check(
        1,
        "containers",
        "fail",
        30,
        "",
        (
            Item("npd-db", "ok", "running", "running"),
            Item("npd-backend", "fail", "exited", "running", "it stopped", "see its log", 7, LOG),
        ),
    ),
    Check(
        2,
        "migrations",
        "unknown",
        90,
        "",
        (Item("database", "unknown", "nothing", "018", "no answer within 5 s", next=LOG),),
    ),
    Check(3, "api", "ok", 5, "", (Item("/x", "warn", "404", "2xx", "not found", "correct it"),)),
    Check(4, "records", "skipped", 0, "not asked for"),
    target="staging",
    drift=Drift("drift", "origin", "main", "fetched", "main is 2 commits ahead"),
)

EVIL = verdict(
    Check(
        1,
        "containers",
        "fail",
        1,
        "",
        (Item(NASTY, "fail", NASTY, NASTY, NASTY, NASTY, 1, Action(NASTY, NASTY, safe=True)),),
    ),
    Check(2, "migrations", "ok", 1, NASTY, (Item(NASTY, "warn", NASTY, NASTY, NASTY, NASTY),)),
    Check(3, "api", "unknown", 1, NASTY, (Item(NASTY, "unknown", NASTY, NASTY, NASTY, NASTY),)),
    Check(4, "records", "skipped", 0, NASTY),
    drift=Drift("drift", NASTY, NASTY, "fetched", NASTY),
)
