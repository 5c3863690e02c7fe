"""Whether a remote took a push, from what can be seen of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from safeguards.errors import UnreachableError
from safeguards.journal.records import PushedRef
from safeguards.push.acceptance import Answer, ask, moved
from safeguards.push.pending import Awaited

OLD, NEW, NEXT = "0" * 39 + "1", "0" * 39 + "2", "0" * 39 + "3"


class Seen:
    """A clone and a remote in a given state; commits descend in the order of their numbers."""

    def __init__(
        self, local: Mapping[str, str], remote: Mapping[str, str] | None, *, lost: str = ""
    ) -> None:
        self._local, self._remote, self._lost = local, remote, lost

    def ref(self, name: str) -> str | None:
        return self._local.get(name)

    def tips(self, refs: Sequence[str]) -> Mapping[str, str]:
        if self._remote is None:
            raise UnreachableError("the remote is gone")
        return {ref: tip for ref, tip in self._remote.items() if ref in refs}

    def holds(self, ref: str, tip: str, commit: str) -> bool:
        return tip >= commit and tip != self._lost

    def contains(self, newer: str, older: str) -> bool | None:
        return newer >= older


def awaited(
    name: str = "main", *, before: str = OLD, tracked: bool = True, was: str = OLD
) -> Awaited:
    ref = PushedRef(f"refs/heads/{name}", NEW, f"refs/heads/{name}", was)
    return Awaited(ref, f"refs/remotes/origin/{name}" if tracked else None, before)


def said(*refs: Awaited, seen: Seen, brought: str = "") -> Answer:
    return ask(refs, seen, brought=lambda _, tip: tip == brought)


def test_a_tracking_ref_that_moved_is_proof_without_asking() -> None:
    main = awaited()
    assert said(main, seen=Seen({"refs/remotes/origin/main": NEW}, None)) == Answer((main,))


def test_a_tracking_ref_that_was_there_before_is_no_proof() -> None:
    main = awaited(before=NEW)
    seen = Seen({"refs/remotes/origin/main": NEW}, {"refs/heads/main": OLD})
    assert moved([main], seen.ref) == ()
    assert said(main, seen=seen) == Answer()


@pytest.mark.parametrize(("tip", "taken"), [(NEW, True), (NEXT, True), (OLD, False)])
def test_without_a_tracking_ref_the_remote_is_asked(tip: str, taken: bool) -> None:
    main = awaited(tracked=False)
    answer = said(main, seen=Seen({}, {"refs/heads/main": tip}))
    assert answer == Answer((main,) if taken else ())


def test_a_branch_that_the_remote_lacks_was_not_taken() -> None:
    assert said(awaited(tracked=False), seen=Seen({}, {})) == Answer()


def test_a_commit_that_another_push_brought_is_not_counted() -> None:
    main = awaited(tracked=False)
    assert said(main, seen=Seen({}, {"refs/heads/main": NEXT}), brought=NEXT) == Answer()


def test_a_tracking_ref_that_another_push_moved_is_no_proof() -> None:
    main = awaited()
    seen = Seen({"refs/remotes/origin/main": NEW}, None)
    assert said(main, seen=seen, brought=NEW) == Answer()


def test_a_remote_that_does_not_answer_leaves_it_open() -> None:
    answer = said(awaited(tracked=False), seen=Seen({}, None))
    assert answer.accepted == ()
    assert "the remote is gone" in answer.unknown


def test_what_is_certain_stays_so_when_the_rest_cannot_be_asked() -> None:
    main, staging = awaited(), awaited("staging")
    answer = said(main, staging, seen=Seen({"refs/remotes/origin/main": NEW}, None))
    assert answer == Answer((main,))


def test_of_several_refs_those_that_were_taken_in_their_order() -> None:
    main, staging, demo = awaited(tracked=False), awaited("staging"), awaited("demo")
    seen = Seen(
        {"refs/remotes/origin/staging": NEW}, {"refs/heads/main": NEW, "refs/heads/demo": OLD}
    )
    assert said(main, staging, demo, seen=seen) == Answer((main, staging))


@pytest.mark.parametrize(("tip", "taken"), [(NEW, True), (NEXT, False)])
def test_a_commit_that_the_remote_was_beyond_was_taken_if_it_went_back(
    tip: str, taken: bool
) -> None:
    main = awaited(tracked=False, was=NEXT)
    answer = said(main, seen=Seen({}, {"refs/heads/main": tip}))
    assert answer == Answer((main,) if taken else ())


def test_a_new_branch_was_nowhere_before() -> None:
    main = awaited(tracked=False, was="0" * 40)
    assert said(main, seen=Seen({}, {"refs/heads/main": NEXT})) == Answer((main,))


def test_what_git_itself_told_was_taken_and_the_rest_is_asked() -> None:
    main, staging = awaited(), awaited("staging")
    seen = Seen({"refs/remotes/origin/main": NEW}, {"refs/heads/staging": NEW})
    answer = ask(
        [staging, main],
        seen,
        brought=lambda each, _: each == main,
        told=["refs/heads/main"],
    )
    assert answer == Answer((staging, main))
