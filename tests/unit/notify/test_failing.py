from __future__ import annotations

from tests.unit.notify.verdicts import item, verdict

from safeguards.notify.failing import failing_after


def test_what_fails_alike_has_the_same_words() -> None:
    first = verdict({"api": (item("/a", observed="500 at 12:00"), item("/b"))})
    again = verdict({"api": (item("/b"), item("/a", observed="502 at 12:01"))})
    assert failing_after({}, first.checks) == failing_after({}, again.checks)
    assert set(failing_after({}, first.checks)) == {"api"}


def test_another_item_or_another_kind_of_failure_is_another_word() -> None:
    words = {
        failing_after({}, verdict({"api": items}).checks)["api"]
        for items in (
            (item("/a"),),
            (item("/b"),),
            (item("/a"), item("/b")),
            (item("/a", "unknown"),),
            (),
        )
    }
    assert len(words) == 5


def test_a_warning_beside_a_failure_is_no_failure() -> None:
    one = verdict({"api": (item("/a"),)})
    other = verdict({"api": (item("/a"), item("/b", "warn"), item("/c", "ok"))})
    assert failing_after({}, one.checks) == failing_after({}, other.checks)


def test_a_stage_that_was_not_looked_at_is_as_it_was() -> None:
    before = failing_after({}, verdict({"api": (item(),), "records": (item(),)}).checks)
    quick = verdict(skipped=("api",))
    assert failing_after(before, quick.checks) == {"api": before["api"]}
    assert failing_after(before, verdict().checks) == {}


def test_names_that_are_no_text_do_not_stop_it() -> None:
    assert failing_after({}, verdict({"api": (item("\udcff"),)}).checks)
