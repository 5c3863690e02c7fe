from __future__ import annotations

import msgspec

from safeguards.checks import Check, Item, Verdict
from safeguards.journal.records import Push, PushedRef, Run, Step, decode, encode, verify_run

COUNTS = (Item("Projects", "ok", "2", "at least 1"),)
VERDICT = Verdict(
    *(1, "production", "pass", 0, "full", "2026-01-01T00:00:00.000Z", 12, "abc"),
    (Check(4, "records", "ok", 9, "", COUNTS),),
    (),
)


def test_a_verify_is_a_run_with_its_checks() -> None:
    run = verify_run("r1", VERDICT, "2026-01-01T00:00:00.012Z", "manual")
    assert (run.kind, run.trigger, run.status, run.exit_code) == ("verify", "manual", "pass", 0)
    assert run.checks == VERDICT.checks


def test_what_is_written_is_read_back() -> None:
    step = Step("migrate", "ok", 5)
    run = Run("r2", "sync", "push", "production", "2026-01-01T00:00:00Z", "running", steps=(step,))
    assert decode(encode(run), Run) == run


def test_a_push_is_read_back() -> None:
    ref = PushedRef("refs/heads/main", "1" * 40, "refs/heads/main", "0" * 40)
    push = Push("p1", "2026-01-01T00:00:00Z", "origin", (ref,), "pass", "accepted", "r1")
    assert decode(encode(push), Push) == push


def test_the_form_is_that_of_history() -> None:
    document = msgspec.json.decode(encode(verify_run("r1", VERDICT, "x", "push")))
    assert set(document) == {
        *("id", "kind", "trigger", "commit", "target", "started_at", "finished_at"),
        *("status", "exit_code", "steps", "checks", "message", "work"),
    }


def test_what_another_version_wrote_is_left_out_or_read_in_part() -> None:
    assert decode(b'{"kind": "unheard of"}', Run) is None
    assert decode(b"\xff", Run) is None
    newer = msgspec.json.decode(encode(verify_run("r1", VERDICT, "x", "push"))) | {"new": 1}
    assert decode(msgspec.json.encode(newer), Run) is not None


def test_a_name_that_is_no_text_is_kept_as_escapes() -> None:
    name = b"refs/heads/\xff".decode("utf-8", "surrogateescape")
    ref = PushedRef(name, "1" * 40, "refs/heads/main", "0" * 40)
    push = decode(encode(Push("p1", "2026-01-01T00:00:00Z", "origin", (ref,), "pass")), Push)
    assert push is not None
    assert push.refs[0].local_ref == "refs/heads/\\udcff"
    assert push.refs[0].remote_ref == "refs/heads/main"
