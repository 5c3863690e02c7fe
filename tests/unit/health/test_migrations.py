from __future__ import annotations

import pytest

from safeguards.checks import Item
from safeguards.errors import UnreachableError
from safeguards.health.applied import Applied
from safeguards.health.heads import Heads
from safeguards.health.leftovers import Leftover
from safeguards.health.stages.migrations import ByHand, Facts, judge, judge_running, summary
from safeguards.migrations.graph import read_graph
from safeguards.migrations.version_table import VersionTable


def line(place: str, last: int, first: int = 1) -> Heads:
    files = {
        f"{n}.py": f'"""Step {n}"""\nrevision = "{n:03}"\n'
        f"down_revision = {f'{n - 1:03}' if n > first else None!r}\n".encode()
        for n in range(first, last + 1)
    }
    graph = read_graph(files)
    return Heads(place, graph.heads, graph)


IMAGE, CHECKOUT = line("the image of web", 18), line("the checkout", 18)
AWAY = UnreachableError("no such container", hint="docker ps")


def at(*names: str) -> frozenset[str]:
    return frozenset(names)


def only(facts: Facts) -> Item:
    (item,) = judge(facts)
    return item


def test_the_database_at_head_is_well() -> None:
    facts = Facts(IMAGE, CHECKOUT, at("018"))
    assert (only(facts).status, summary(facts)) == ("ok", "018 matches head")


def test_one_revision_back_fails_and_names_what_is_missing() -> None:
    facts = Facts(IMAGE, CHECKOUT, at("017"), ByHand("docker exec web alembic upgrade head"))
    item = only(facts)
    assert (item.status, item.observed, item.expected) == ("fail", "017", "018")
    assert item.message == "1 revision not applied: 018 (Step 18)"
    assert item.next is not None
    assert (item.next.command, item.next.safe) == ("docker exec web alembic upgrade head", False)
    assert summary(facts) == ""


def test_a_database_that_was_never_migrated_fails() -> None:
    item = only(Facts(IMAGE, None, at()))
    assert (item.status, item.observed) == ("fail", "no revision")


def test_an_image_older_than_the_database_is_named_as_stale() -> None:
    item, _ = judge(Facts(line("the image of web", 17), CHECKOUT, at("018")))
    assert item.status == "fail"
    assert "the image is older than the database" in item.message
    assert item.hint == "build the image from this commit and replace the container"


def test_a_revision_that_nobody_knows_fails() -> None:
    item = only(Facts(IMAGE, CHECKOUT, at("ffff")))
    message = "the image of web does not know ffff, nor does the checkout"
    assert (item.status, item.message) == ("fail", message)


def test_image_and_checkout_apart_is_a_warning_of_its_own() -> None:
    database, apart = judge(Facts(IMAGE, line("the checkout", 19), at("018")))
    assert (database.status, apart.status) == ("ok", "warn")
    assert (apart.observed, apart.expected) == ("019", "018")


def test_the_checkout_stands_in_for_an_image_that_does_not_answer() -> None:
    facts = Facts(AWAY, CHECKOUT, at("018"))
    database, image = judge(facts)
    assert (database.status, image.status) == ("ok", "warn")
    assert image.message == "no such container; the checkout was asked instead"
    assert summary(facts) == "018 matches head"


def test_no_heads_anywhere_is_unknown_with_the_reason() -> None:
    item = only(Facts(AWAY, None, at("018")))
    assert (item.subject, item.status, item.message) == ("heads", "unknown", "no such container")
    assert only(Facts(None, None, at("018"))).message == "no alembic.ini was found in the checkout"


def test_a_database_that_does_not_answer_is_unknown() -> None:
    item = only(Facts(IMAGE, CHECKOUT, UnreachableError("no answer", hint="start it")))
    assert (item.subject, item.status, item.hint) == ("database", "unknown", "start it")


def test_nothing_answers() -> None:
    items = judge(Facts(AWAY, AWAY, AWAY))
    assert [(item.subject, item.status) for item in items] == [
        ("heads", "unknown"),
        ("database", "unknown"),
    ]


def test_heads_without_their_history_are_compared_as_sets() -> None:
    heads = Heads("the image of web", at("a", "b"))
    assert only(Facts(heads, None, at("a", "b"))).status == "ok"
    assert only(Facts(heads, None, at("a"))).message == "1 revision not applied: b"
    assert only(Facts(heads, None, at("a", "b", "c"))).status == "fail"


def test_two_heads_both_applied_are_well() -> None:
    files = {n: f"revision = {n!r}\ndown_revision = None\n".encode() for n in ("a", "b")}
    graph = read_graph(files)
    facts = Facts(Heads("the checkout", graph.heads, graph), None, at("a", "b"))
    assert (only(facts).status, summary(facts)) == ("ok", "a, b matches head")


def test_a_database_behind_both_says_so() -> None:
    item = judge(Facts(IMAGE, line("the checkout", 19), at("017")))[0]
    assert item.hint == "the database is behind the image of web and the checkout"
    assert item.measures == {"at_head": 0, "pending_revisions": 1}
    assert only(Facts(IMAGE, CHECKOUT, at("018"))).measures == {
        "at_head": 1,
        "pending_revisions": 0,
    }


@pytest.mark.parametrize(
    ("image", "checkout", "words"),
    [
        (18, 20, "the checkout is newer than the image of web: 019 (Step 19), 020 (Step 20)"),
        (20, 18, "the checkout is older than the image of web, which has 019 (Step 19), 020"),
    ],
)
def test_the_checkout_is_named_as_newer_or_older(image: int, checkout: int, words: str) -> None:
    facts = Facts(
        line("the image of web", image), line("the checkout", checkout), at(f"{image:03}")
    )
    database, apart = judge(facts)
    assert (database.status, apart.status) == ("ok", "warn")
    assert words in apart.message


def test_different_histories_are_told_with_both_sides() -> None:
    files = {"a.py": b"revision = '017'\n", "b.py": b"revision = 'x'\ndown_revision = '017'\n"}
    graph = read_graph(files)
    other = Heads("the checkout", graph.heads, graph)
    image = line("the image of web", 18, first=17)
    _, apart = judge(Facts(image, other, at("018")))
    assert apart.message.endswith("have different histories: x here, 018 (Step 18) there")


def test_a_stand_in_that_disagrees_is_unknown_and_advises_no_upgrade() -> None:
    item = judge(Facts(AWAY, line("the checkout", 19), at("018")))[0]
    assert item.status == "unknown"
    assert item.message.startswith("by the checkout, which need not be what runs: 1 revision not")
    assert item.next is not None
    assert item.next.safe


def test_a_missing_table_and_an_empty_one_are_told_apart() -> None:
    missing = only(Facts(IMAGE, None, at(), seen=Applied(missing=True)))
    empty = only(Facts(IMAGE, None, at(), seen=Applied(table=VersionTable("v", "app"))))
    assert missing.message.startswith("there is no table alembic_version")
    assert empty.message.startswith("the table app.v is empty")


def test_a_row_that_another_row_follows_is_refused_by_alembic() -> None:
    item = only(Facts(IMAGE, CHECKOUT, at("017", "018")))
    assert (item.status, item.observed, item.expected) == ("fail", "017, 018", "018")
    assert item.message.startswith("alembic_version also has 017, which another row follows")
    assert item.next is not None
    assert item.next.command == "delete from alembic_version where version_num = '017'"
    assert summary(Facts(IMAGE, CHECKOUT, at("017", "018"))) == ""


def branched() -> Heads:
    """Two branches from 1, merged by m."""
    parents = {"1": None, "a": "1", "b": "1", "m": ("a", "b")}
    files = {
        f"{name}.py": f"revision = {name!r}\ndown_revision = {parent!r}\n".encode()
        for name, parent in parents.items()
    }
    graph = read_graph(files)
    return Heads("the image of web", graph.heads, graph)


@pytest.mark.parametrize(
    ("applied", "lacking"),
    [(at("m"), 0), (at("a", "b"), 1), (at("a"), 2), (at("1"), 3)],
)
def test_a_database_at_an_ancestor_of_a_merge(applied: frozenset[str], lacking: int) -> None:
    item = only(Facts(branched(), None, applied))
    assert item.status == ("fail" if lacking else "ok")
    assert item.measures["pending_revisions"] == lacking


def test_a_revision_is_told_with_its_branch() -> None:
    found = {"ffff": ("feature/x", "migrations/versions/f f.py")}
    item = only(Facts(IMAGE, CHECKOUT, at("ffff"), found=found))
    assert item.message == (
        "the image of web does not know ffff, nor does the checkout; it is on branch feature/x"
    )
    assert item.next is not None
    assert item.next.command == "git show 'feature/x:migrations/versions/f f.py'"


def test_leftovers_are_warnings_with_a_command_and_bounded() -> None:
    indexes = tuple(Leftover("index", f"public.i{n}", "t") for n in range(7))
    rest = (
        Leftover("index", "public.i_ccnew", "t", "rest"),
        Leftover("constraint", "positive", "public.t"),
    )
    facts = Facts(IMAGE, CHECKOUT, at("018"), seen=Applied(leftovers=(*rest, *indexes)))
    database, *told = judge(facts)
    assert (database.status, {item.status for item in told}) == ("ok", {"warn"})
    commands = [item.next.command for item in told if item.next]
    assert commands[0] == "DROP INDEX CONCURRENTLY public.i_ccnew"
    assert commands[1] == "REINDEX INDEX CONCURRENTLY public.i0"
    assert commands[-1] == "ALTER TABLE public.t VALIDATE CONSTRAINT positive"
    assert "3 more are not valid" in [item.message for item in told]
    assert len(judge_running(facts)) == 1
