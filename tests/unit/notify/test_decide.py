from __future__ import annotations

from tests.unit.notify.verdicts import at, item, verdict

from safeguards.checks import Verdict
from safeguards.notify.decide import Step, decide, kept_of, ours
from safeguards.notify.marker import read
from safeguards.system.github import Remark

API = {"api": (item("/health"),)}


def remark(body: str, number: int = 1, login: str = "robot", **more: bool) -> Remark:
    return Remark(number, body, login, f"https://index.example/{number}", **more)


def after(*verdicts: Verdict) -> str:
    """The text that stands after these runs, one after the other."""
    body = ""
    for minute, each in enumerate(verdicts):
        found = [remark(body)] if body else []
        step = decide(each, "", found, at(minute))
        body = step.body or body
    return body


def test_the_first_failure_is_posted_and_a_pass_is_not() -> None:
    assert decide(verdict(), "", [], at(0)) == Step("nothing")
    step = decide(verdict(API), "the report", [], at(0))
    assert (step.do, step.title) == ("post", "Production check failed: production (API endpoints)")
    assert "the report" in step.body


def test_the_same_failure_is_put_into_the_same_text() -> None:
    step = decide(verdict(API), "", [remark(after(verdict(API)), 7)], at(1))
    assert (step.do, step.id, step.remove) == ("edit", 7, ())
    marker = read(step.body)
    assert marker is not None
    assert (marker.count, marker.first, marker.last) == (2, at(0), at(1))


def test_another_failure_is_put_into_the_same_text_and_tells_what_was_before() -> None:
    other = verdict({"records": (item("projects"),)})
    step = decide(other, "", [remark(after(verdict(API), verdict(API)), 7)], at(2))
    assert (step.do, step.id) == ("edit", 7)
    assert "- 2026-11-29 12:00:00 UTC: API endpoints, seen 2 times" in step.body
    assert "is not healthy: Record counts" in step.body


def test_the_recovery_is_put_into_it_and_told_once() -> None:
    step = decide(verdict(), "", [remark(after(verdict(API), verdict(API)), 7)], at(5))
    assert (step.do, step.id, step.recovered) == ("edit", 7, True)
    assert "after 5 min" in step.body
    assert "Failed before: API endpoints, seen 2 times" in step.body
    assert decide(verdict(), "", [remark(step.body, 7)], at(6)) == Step("nothing")


def test_a_failure_after_a_recovery_is_posted_anew_since_edits_tell_nobody() -> None:
    step = decide(verdict(API), "", [remark(after(verdict(API), verdict()), 7)], at(9))
    assert (step.do, step.remove) == ("post", (7,))
    assert "12:00:00 UTC: API endpoints" in step.body
    assert "12:01:00 UTC: well" in step.body
    marker = read(step.body)
    assert marker is not None
    assert marker.since == at(9)


def test_a_run_that_did_not_look_where_it_fails_changes_nothing() -> None:
    quick = verdict(skipped=("api",))
    assert decide(quick, "", [remark(after(verdict(API)))], at(1)) == Step("nothing")


def test_a_run_that_fails_elsewhere_says_what_it_did_not_look_at() -> None:
    quick = verdict({"records": (item("projects"),)}, skipped=("api",))
    step = decide(quick, "", [remark(after(verdict(API)))], at(1))
    assert "Not looked at this time, failing before: API endpoints" in step.body


def test_of_several_the_oldest_that_fails_stays() -> None:
    failing, well = after(verdict(API)), after(verdict(API), verdict())
    found = [remark(well, 1), remark(failing, 5), remark(failing, 3)]
    kept = kept_of(found)
    assert kept is not None
    assert kept.id == 3
    step = decide(verdict(API), "", found, at(1))
    assert (step.do, step.id, step.remove) == ("edit", 3, (1, 5))


def test_a_text_whose_marker_was_changed_is_used_again() -> None:
    step = decide(verdict(API), "", [remark("<!-- safeguards:verify target=production -->")], at(1))
    assert (step.do, step.id) == ("edit", 1)


def test_what_is_ours() -> None:
    body = after(verdict(API))
    mine, pasted = remark(body, 1, "Robot"), remark(body, 2, "somebody")
    quoted, other = remark(f"> {body}", 3), remark(after(verdict(API, target="staging")), 4)
    assert ours("robot", "production", [mine, pasted, quoted, other]) == (mine,)


def test_what_is_ours_when_the_token_may_not_say_whose_it_is() -> None:
    body = after(verdict(API))
    actions = remark(body, 1, "github-actions[bot]", by_bot=True)
    app = remark(body, 2, "our-app[bot]", by_bot=True, by_app=True)
    person = remark(body, 3, "github-actions[bot]")
    through_app = remark(body, 4, "somebody", by_app=True)
    found = ours(None, "production", [actions, app, person, through_app])
    assert found == (actions, app)
