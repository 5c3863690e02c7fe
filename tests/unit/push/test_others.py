"""Whether another push brought the commit: of all that pushed what was taken once, one did."""

from __future__ import annotations

import itertools

import pytest

from safeguards.journal.records import Outcome, Push, PushedRef
from safeguards.push.others import brought_by_another, undecided
from safeguards.push.pending import Awaited, Pending

BASE, COMMIT, ABOVE, ASIDE = "1" * 40, "3" * 40, "7" * 40, "5" * 40
HISTORY = {BASE: {BASE}, COMMIT: {BASE, COMMIT}, ABOVE: {BASE, COMMIT, ABOVE}, ASIDE: {BASE, ASIDE}}
URL, BRANCH = "https://git.index.example/shop", "refs/heads/main"


def contains(newer: str, older: str) -> bool | None:
    return older in HISTORY[newer] if newer in HISTORY else None


def a_push(
    number: int,
    commit: str = COMMIT,
    *,
    over: str = BASE,
    outcome: Outcome = "unknown",
    url: str = URL,
    branch: str = BRANCH,
) -> Push:
    at = f"2026-01-01T00:00:00.{number:03}Z"
    refs = (PushedRef("HEAD", commit, branch, over),)
    return Push(f"push{number}", at, "origin", refs, "pass", outcome, url=url)


def brought(
    own: Push, *others: Push, tip: str = COMMIT, earlier: tuple[str, ...] = (), ended: str = ""
) -> bool:
    awaited = Awaited(own.refs[0])
    pending = Pending(
        id=own.id,
        at=own.at,
        remote=own.remote,
        url=own.url,
        lines=own.refs,
        awaited=(awaited,),
        top="/",
        gate=own.gate,
        earlier=earlier,
    )
    busy = frozenset(each.id for each in others) - {ended}
    return brought_by_another(pending, awaited, tip, others=others, busy=busy, contains=contains)


def test_alone_it_brought_its_commit_itself() -> None:
    own = a_push(1)
    assert not brought(own)
    assert not brought(own, own)


@pytest.mark.parametrize("number", [0, 2])
def test_an_accepted_push_of_the_same_commit_brought_it(number: int) -> None:
    assert brought(a_push(1), a_push(number, outcome="accepted"))


def test_one_that_was_refused_brought_nothing() -> None:
    assert not brought(a_push(1), a_push(2, outcome="rejected"))


def test_one_that_ended_before_this_one_began_brought_nothing() -> None:
    assert not brought(a_push(1), a_push(0, outcome="accepted"), earlier=("push0",))


def test_of_several_undecided_pushes_of_a_commit_exactly_one_brought_it() -> None:
    for order in itertools.permutations(a_push(number) for number in range(4)):
        assert sum(not brought(each, *order) for each in order) == 1


def test_in_whatever_order_they_decide_exactly_one_brought_it() -> None:
    for order in itertools.permutations(range(3)):
        known = {number: a_push(number) for number in order}
        for number in order:
            others = [each for each in known.values() if each.id != f"push{number}"]
            told = brought(known[number], *others)
            known[number] = a_push(number, outcome="rejected" if told else "accepted")
        outcomes = [each.outcome for each in known.values()]
        assert outcomes.count("accepted") == 1


def test_one_whose_record_is_gone_while_its_end_is_unknown_is_not_waited_for() -> None:
    assert brought(a_push(1), a_push(2))
    assert not brought(a_push(1), a_push(2), ended="push2")


@pytest.mark.parametrize("outcome", ["accepted", "unknown"])
def test_a_push_on_top_brought_it_when_the_remote_had_not_had_it(outcome: Outcome) -> None:
    assert brought(a_push(1), a_push(2, ABOVE, outcome=outcome), tip=ABOVE)
    assert brought(a_push(1), a_push(0, ABOVE, outcome=outcome), tip=ABOVE)


def test_a_push_on_top_that_found_it_there_did_not_bring_it() -> None:
    assert not brought(a_push(1), a_push(2, ABOVE, over=COMMIT, outcome="accepted"), tip=ABOVE)


def test_a_push_on_top_that_is_not_in_the_remote_brought_nothing() -> None:
    assert not brought(a_push(1), a_push(2, ABOVE), tip=COMMIT)


def test_a_push_that_went_back_to_it_did_not_bring_it() -> None:
    assert not brought(a_push(1), a_push(2, COMMIT, over=ABOVE, outcome="accepted"))


def test_a_commit_that_is_not_here_is_no_proof() -> None:
    assert not brought(a_push(1), a_push(2, ABOVE, over="9" * 40, outcome="accepted"), tip=ABOVE)


def test_the_first_push_of_a_branch_found_nothing_there() -> None:
    assert brought(a_push(1), a_push(2, over="0" * 40, outcome="accepted"))


def test_other_places_branches_and_commits_are_others() -> None:
    accepted: Outcome = "accepted"
    assert not brought(a_push(1), a_push(2, outcome=accepted, url="https://mirror.example/shop"))
    assert not brought(a_push(1), a_push(2, outcome=accepted, branch="refs/heads/release"))
    assert not brought(a_push(1), a_push(2, ASIDE, outcome=accepted), tip=ASIDE)
    assert brought(a_push(1), a_push(2, outcome=accepted, url=f"{URL}.git/"))


def test_earlier_pushes_of_the_commit_come_first() -> None:
    own = a_push(2)
    pending = Pending(own.id, own.at, "origin", URL, own.refs, (Awaited(own.refs[0]),), "/", "pass")
    others = [own, a_push(1), a_push(3), a_push(0, outcome="rejected"), a_push(1, ABOVE)]
    assert undecided(pending, pending.awaited[0], others[:4]) == {"push1"}
    assert undecided(pending, pending.awaited[0], others[4:]) == frozenset()
