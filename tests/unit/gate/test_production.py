from __future__ import annotations

import pytest

from safeguards.checks import Action, Check, Item, Status, Verdict
from safeguards.findings import Finding, Place
from safeguards.gate.decide import Subject
from safeguards.gate.production import Judgement, Policy, Seen, edited, judge
from safeguards.migrations.graph import Graph, read_graph
from safeguards.pushed import PushedRef

COMMIT = "a" * 40
SUBJECT = Subject(COMMIT, (PushedRef("HEAD", COMMIT, "refs/heads/main", "0" * 40),))


def files(*names: str, body: str = "") -> dict[str, bytes]:
    """A line of revisions, the oldest first."""
    parents = [None, *names]
    return {
        f"v/{name}.py": f"revision = {name!r}\ndown_revision = {parent!r}\n{body}\n".encode()
        for name, parent in zip(names, parents, strict=False)
    }


LINE = read_graph(files("1", "2", "3"))
STRICT = Policy()


def seen(
    *statuses: Status, applied: frozenset[str] | None = frozenset({"2"}), crashed: bool = False
) -> Seen:
    items = tuple(Item(f"i{n}", status, message="why") for n, status in enumerate(statuses))
    advice = (Action("docker ps", "look", safe=True),)
    check = Check(1, "containers", "ok", 0, items=items)
    verdict = Verdict(1, "prod", "pass", 0, "full", "", 7, None, (check,), advice)
    return Seen(verdict, applied, crashed=crashed)


def judged(
    what: Seen,
    policy: Policy = STRICT,
    graph: Graph | None = LINE,
    found: tuple[Finding, ...] = (),
) -> Judgement:
    return judge(SUBJECT, what, graph, found, policy)


REPAIR, WARN = Policy(repair="it died"), Policy("warn")


@pytest.mark.parametrize(
    ("statuses", "policy", "status"),
    [
        (("ok", "warn", "skipped"), Policy(), "pass"),
        (("ok", "fail"), Policy(), "fail"),
        (("ok", "fail"), WARN, "fail"),
        (("ok", "fail"), REPAIR, "warn"),
        (("unknown",), Policy(), "fail"),
        (("unknown",), REPAIR, "fail"),
        (("unknown",), WARN, "warn"),
        (("fail", "unknown"), REPAIR, "fail"),
        (("fail", "unknown"), WARN, "fail"),
        (("fail", "unknown"), Policy("warn", "it died"), "warn"),
    ],
)
def test_ill_and_unreachable(statuses: tuple[Status, ...], policy: Policy, status: str) -> None:
    assert judged(seen(*statuses), policy).check.status == status


def test_what_let_it_pass_is_told() -> None:
    well = judged(seen("ok"), Policy("warn", "it died"))
    assert (well.unasked, well.repair, well.next_actions) == ("", "", ())
    ill = judged(seen("fail"), REPAIR)
    assert (ill.unasked, ill.repair) == ("", "it died")
    away = judged(seen("ok", "unknown"), WARN)
    assert (away.unasked, away.repair) == ("containers: i1: why", "")
    refused = judged(seen("unknown"))
    assert refused.unasked == ""


def test_an_ill_production_advises_to_look_and_then_to_repair() -> None:
    commands = [action.command for action in judged(seen("fail")).next_actions]
    assert commands == ["docker ps", "SAFEGUARDS_REPAIR='reason' git push"]


def test_an_unreachable_production_advises_to_look_and_then_to_skip() -> None:
    skip = "SAFEGUARDS_SKIP='reason' git push"
    refused = judged(seen("unknown")).next_actions
    assert [action.command for action in refused] == ["docker ps", skip]
    passed = judged(seen("unknown"), WARN).next_actions
    assert [action.command for action in passed] == ["docker ps"]


def test_a_bug_while_asking_never_passes() -> None:
    for policy in (Policy(), WARN, REPAIR, Policy("warn", "it died")):
        assert judged(seen("unknown", crashed=True), policy).check.status == "fail"


@pytest.mark.parametrize("applied", [set(), {"1"}, {"3"}, {"1", "3"}])
def test_every_revision_that_leads_to_a_head_is_fine(applied: set[str]) -> None:
    check = judged(seen("ok", applied=frozenset(applied))).check
    assert (check.status, check.items[0].status) == ("pass", "ok")


def test_how_far_the_push_is_ahead() -> None:
    messages = {
        name: judged(seen("ok", applied=frozenset({name}))).check.items[0].message for name in "123"
    }
    assert messages == {
        "1": "2 revisions to apply",
        "2": "1 revision to apply",
        "3": "nothing to apply",
    }


def test_a_foreign_revision_is_refused_whatever_excuses() -> None:
    for policy in (Policy(), WARN, REPAIR):
        check = judged(seen("ok", applied=frozenset({"2", "x"})), policy).check
        item = check.items[0]
        assert (check.status, item.status, item.observed) == ("fail", "fail", "2, x")
        assert "production is at x, which the pushed commit does not have" in item.message
    none = judged(seen("ok"), graph=None).check
    assert (none.status, none.items[0].expected) == ("fail", "no revision")
    assert "git check-ignore -v alembic.ini" in none.items[0].hint
    assert judged(seen("ok", applied=frozenset()), graph=None).check.status == "pass"


def test_a_revision_on_a_cycle_leads_to_no_head() -> None:
    graph = read_graph(
        files("1")
        | {
            "v/8.py": b"revision='8'\ndown_revision='9'",
            "v/9.py": b"revision='9'\ndown_revision='8'",
        }
    )
    assert judged(seen("ok", applied=frozenset({"8"})), graph=graph).check.status == "fail"


def test_without_a_database_nothing_is_said_of_revisions() -> None:
    check = judged(seen("ok", applied=None)).check
    assert (check.status, check.items[0].status) == ("pass", "skipped")


def test_an_edited_revision_refuses() -> None:
    found = (Finding(Place("v/1.py"), "SG207", "n", "error", "m"),)
    assert judged(seen("ok"), REPAIR, found=found).check.status == "fail"


def test_only_applied_revisions_with_another_meaning_are_edited() -> None:
    image = files("1", "2", "3", body="def upgrade(): f(1)")
    inside = Seen(seen("ok").verdict, frozenset({"2"}), image)
    changed = files("1", "2", "3", body="def upgrade(): f(2)")
    found = edited(inside, read_graph(changed), changed)
    assert [(f.rule, f.place.path, f.severity) for f in found] == [
        ("SG207", "v/1.py", "error"),
        ("SG207", "v/2.py", "error"),
    ]
    moved = {f"other/{path}": b"# note\n" + text for path, text in image.items()}
    assert edited(inside, read_graph(moved), moved) == ()
    ahead = image | files("4")
    assert edited(inside, read_graph(ahead), ahead) == ()


def test_without_files_of_the_image_nothing_is_edited() -> None:
    here = files("1", "2")
    assert edited(seen("ok"), read_graph(here), here) == ()
    assert edited(Seen(seen("ok").verdict, frozenset({"2"}), here), None, {}) == ()
    assert edited(Seen(seen("ok").verdict, None, here), read_graph(files("1")), {}) == ()


def test_the_summary_says_where_and_how_it_is() -> None:
    assert judged(seen("ok")).check.summary == "prod at 2, healthy"
    assert judged(seen("fail")).check.summary == "prod at 2, ill"
    assert judged(seen("unknown", applied=None)).check.summary == "prod, not reachable"
    assert judged(seen("fail"), REPAIR).check.summary == (
        "prod at 2, ill; this push repairs it: it died"
    )
