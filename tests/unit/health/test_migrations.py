from __future__ import annotations

from safeguards.checks import Item
from safeguards.errors import UnreachableError
from safeguards.health.heads import Heads
from safeguards.health.stages.migrations import ByHand, Facts, judge, summary
from safeguards.migrations.graph import read_graph


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
