"""One suite for GitHub: the server of its published description, which validates every request,
and our own double, which remembers. What needs memory is asked of the double elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from tests.support import github, needs
from tests.support.github import REPOSITORY, TOKEN
from tests.support.needs import Unavailable

from safeguards.system.clock import FakeClock
from safeguards.system.github import Github
from safeguards.system.sending import Sender


@contextmanager
def _api(kind: str) -> Iterator[str]:
    """The base URL of an API with issue 12 and a comment in it."""
    if kind == "published":
        with github.published() as url:
            yield url
        return
    with github.double("/api/v3" if kind == "enterprise" else "") as made:
        made.add_comment(12, "Hello")
        yield made.url


def who_we_are(asked: Github) -> None:
    assert asked.viewer()


def the_comments_of_an_issue(asked: Github) -> None:
    comment = asked.comments(12)[0]
    assert comment.id > 0
    assert comment.body
    assert comment.login
    assert not comment.by_bot


def a_comment_is_posted_changed_and_removed(asked: Github) -> None:
    posted = asked.post_comment(12, "### @somebody\n`code`")
    assert posted.id > 0
    assert posted.url.startswith("https://")
    assert asked.edit_comment(posted.id, "Other words").id > 0
    asked.remove_comment(posted.id)


def an_issue_is_opened_changed_and_closed(asked: Github) -> None:
    opened = asked.open_issue("A title", "A body")
    assert opened.id > 0
    assert opened.url.startswith("https://")
    changes = {"title": "Another", "body": "Other words"}
    assert asked.edit_issue(opened.id, changes).id > 0
    closed = changes | {"state": "closed", "state_reason": "completed"}
    assert asked.edit_issue(opened.id, closed).id > 0
    assert asked.edit_issue(opened.id, {"state": "closed", "state_reason": "not_planned"}).id > 0


def the_open_issues(asked: Github) -> None:
    for creator in (None, "robot"):
        assert all(each.id > 0 for each in asked.open_issues(creator))


CALLS = (
    who_we_are,
    the_comments_of_an_issue,
    a_comment_is_posted_changed_and_removed,
    an_issue_is_opened_changed_and_closed,
    the_open_issues,
)
WRONG = (
    ("POST", "issues/12/comments", b'{"text": "no body"}'),
    ("POST", "issues/12/comments", b'{"body": [1]}'),
    ("PATCH", "issues/comments/5", b"{}"),
    ("GET", "issues?per_page=many", b""),
)
"""Requests that are refused: else the calls would show nothing."""


@pytest.mark.parametrize("kind", ["published", "double", "enterprise"])
def test_every_call(kind: str) -> None:
    """In one test, since the server of the description takes seconds to start."""
    sender = Sender()
    headers = {"authorization": f"Bearer {TOKEN}", "content-type": "application/json"}
    try:
        with _api(kind) as api:
            for call in CALLS:
                call(Github(api, REPOSITORY, TOKEN, sender=sender, clock=FakeClock()))
            for method, path, content in WRONG:
                url = f"{api}/repos/{REPOSITORY}/{path}"
                sent = sender.send(method, url, headers=headers, content=content, timeout=20)
                assert (method, path, content, sent.status) == (method, path, content, 422)
    except Unavailable as missing:
        needs.skip(missing)
    finally:
        sender.close()


def test_every_body_is_one_that_the_description_allows() -> None:
    """Prism does not look at the bodies of issues themselves, only at those of comments."""
    try:
        allowed = github.described_bodies()
    except Unavailable as missing:
        needs.skip(missing)
    sender = Sender()
    with github.double() as made:
        made.add_comment(12, "Hello")
        for call in CALLS:
            call(Github(made.url, REPOSITORY, TOKEN, sender=sender, clock=FakeClock()))
    sender.close()
    sent = [(method, path, body) for method, path, _, body in made.asked if body is not None]
    assert len(sent) == 6
    assert [each for each in sent if not allowed(*each)] == []
    issues = f"/repos/{REPOSITORY}/issues"
    wrong = [("POST", issues, {}), ("PATCH", f"{issues}/1", {"state": "ajar"})]
    wrong += [("PATCH", f"{issues}/1", {"state": "closed", "state_reason": "bored"})]
    assert [each for each in wrong if allowed(*each)] == []
