"""What becomes of telling others when those others, or the ways to them, are not well."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.integration.verify import servers
from tests.integration.verify.servers import Behaviour
from tests.support import github
from tests.support.github import REPOSITORY, TOKEN, Double
from tests.support.listener import Listener, listening
from tests.support.postgres import free_port
from tests.unit.notify.verdicts import at, item, verdict

from safeguards.checks import Verdict
from safeguards.cli.notices import boards, posting
from safeguards.cli.notifying import Asked, Scene, tell
from safeguards.cli.verifying.after import follow
from safeguards.cli.verifying.request import Request
from safeguards.config.find import Found, open_config
from safeguards.errors import DeadlineError, RefusedError, UnreachableError
from safeguards.journal.journal import Journal
from safeguards.system import environment
from safeguards.system.clock import FakeClock
from safeguards.system.github import Github
from safeguards.system.journal_store import JournalStore
from safeguards.system.sending import Sender

FAILING = verdict({"api": (item("/health", observed="500"),)})
Fault = Callable[[str, str], "tuple[int, dict[str, str], bytes] | None"]


def without_progress(err: str) -> str:
    """What is said on stderr, without what depends on how long it takes."""
    return re.sub(r"(?m)^(?:[\w ]+: waiting for .*|\w+: (?:ok|fail|failed|skipped))\n", "", err)


class Teller:
    """Tells verdicts as `verify` does, from a folder with a configuration."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.journal: Journal | None = Journal(JournalStore(folder / "journal.db"))
        self.settings: dict[str, str] = {}

    def found(self) -> Found:
        """The configuration of these settings."""
        path = self.folder / "safeguards.toml"
        lines = [f"{key} = {json.dumps(value)}" for key, value in self.settings.items()]
        path.write_text("\n".join(["[notify]", *lines, ""]))
        return open_config(path, environment.read_file)

    def tell(self, *told: Verdict, **asked: Any) -> str:
        """What is said on stderr."""
        tell(told, Asked(**asked), Scene(self.found(), None, self.journal))
        out, err = self._capsys.readouterr()
        assert out == ""
        return without_progress(err)


@pytest.fixture
def teller(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Teller:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    made = Teller(tmp_path, capsys)
    made.settings["github-repository"] = REPOSITORY
    return made


@pytest.fixture
def hub(teller: Teller) -> Iterator[Double]:
    with github.double() as made:
        teller.settings["github-api"] = made.url
        yield made


@pytest.fixture
def heard() -> Iterator[Listener]:
    with listening() as made:
        yield made


@pytest.fixture
def sender() -> Iterator[Sender]:
    made = Sender()
    yield made
    made.close()


def always(status: int, message: str, **headers: str) -> Fault:
    body = json.dumps({"message": message}).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _method, _path: (status, named, body)


def writing(fault: Fault) -> Fault:
    return lambda method, path: None if method == "GET" else fault(method, path)


FORBIDDEN = "Resource not accessible by personal access token"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        (always(401, "Bad credentials"), "refuses the token (401): Bad credentials (hint: renew"),
        (writing(always(403, FORBIDDEN)), "the token needs Issues: read and write"),
        (
            writing(always(403, FORBIDDEN, x_accepted_github_permissions="issues=write")),
            "GitHub asks for issues=write",
        ),
        (writing(always(403, "SSO", x_github_sso="required; url=x")), "single sign-on"),
        (
            writing(always(403, "Unable to create comment because issue is locked.")),
            "unlock the issue",
        ),
        (
            always(403, "API limit", x_ratelimit_remaining="0", x_ratelimit_reset="1800000000"),
            "rate limit is used up until 2027-01-15 08:00:00 UTC",
        ),
        (always(429, "Slow down", retry_after="30"), "rate limit is used up until 2"),
        (always(403, "You have exceeded a secondary rate limit"), "rate limit is used up until 2"),
        (writing(always(404, "Not Found")), "GitHub knows no issue 12 in owner/name (404)"),
        (always(404, "Not Found"), "GitHub knows no API at notify.github-api (404)"),
        (writing(always(410, "Issues are disabled")), "issues are switched off there (410)"),
        (writing(always(422, "Validation Failed")), "GitHub answered 422: Validation Failed"),
        (always(502, "Bad Gateway"), "GitHub answered 502: Bad Gateway (hint: GitHub has an"),
        (lambda *_: (200, {}, b"<html>welcome</html>"), "not what its API promises"),
        (lambda *_: (200, {}, b'{"login": 5}'), "not what its API promises"),
        (lambda *_: (200, {}, b"\xff\x00"), "not what its API promises"),
        (lambda *_: (403, {}, b"\x1b[31m"), "GitHub forbids it (403): no reason given"),
        (always(403, "a\x1b[31m\nb" + "c" * 999), "GitHub forbids it (403): a [31m bccc"),
    ],
)
def test_a_github_that_refuses_is_one_warning(
    teller: Teller, hub: Double, fault: Fault, told: str
) -> None:
    hub.intercept = fault
    err = teller.tell(FAILING, issue="12")
    assert err.startswith("warning: issue: ")
    assert err.count("\n") == 1
    assert told in err
    assert TOKEN not in err
    assert hub.bodies(12) == []


def test_an_outage_that_is_over_in_a_moment(teller: Teller, hub: Double) -> None:
    seen: list[str] = []

    def once(method: str, path: str) -> tuple[int, dict[str, str], bytes] | None:
        seen.append(path)
        return always(503, "x")(method, path) if seen.count(path) == 1 and method == "GET" else None

    hub.intercept = once
    assert teller.tell(FAILING, issue="12").startswith("issue: posted ")
    assert len(hub.bodies(12)) == 1


def test_what_may_have_been_posted_is_not_posted_again(teller: Teller, hub: Double) -> None:
    hub.intercept = writing(always(502, "Bad Gateway"))
    teller.tell(FAILING, issue="12")
    assert len(hub.writes) == 1


@pytest.mark.parametrize(
    "behave",
    [servers.not_http, servers.answering("200 OK", b"x" * 10), servers.answering("204 No Content")],
)
def test_what_is_no_github(teller: Teller, behave: Behaviour) -> None:
    with servers.serving(behave) as place:
        teller.settings["github-api"] = f"http://{place}"
        assert teller.tell(FAILING, issue="12").startswith("warning: issue: ")


def test_nobody_listens_and_nobody_is_known(teller: Teller) -> None:
    teller.settings["github-api"] = f"http://127.0.0.1:{free_port()}"
    assert "connection refused" in teller.tell(FAILING, issue="12")
    teller.settings["github-api"] = "https://nobody.invalid"
    assert teller.tell(FAILING, issue="12").startswith("warning: issue: ")


def test_the_url_of_an_api_is_no_secret(
    teller: Teller, hub: Double, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_API_URL", hub.url)
    teller.settings["github-api"] = "env:GITHUB_API_URL"
    teller.tell(verdict({"api": (item(hub.url),)}), issue="12")
    assert hub.url in hub.bodies(12)[0]


def test_a_token_is_not_sent_in_the_clear(teller: Teller) -> None:
    teller.settings["github-api"] = "http://ghe.example/api/v3"
    assert "a token is not sent over http://" in teller.tell(FAILING, issue="12")


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_the_token_follows_no_redirect_to_another_place(
    teller: Teller, hub: Double, heard: Listener, status: int
) -> None:
    hub.intercept = lambda *_: (status, {"location": f"{heard.url}/user"}, b"")
    err = teller.tell(FAILING, issue="12")
    assert "sends on to http://127.0.0.1:" in err
    assert heard.heard == []


def test_a_repository_that_was_renamed_is_followed(teller: Teller, hub: Double) -> None:
    teller.settings["github-repository"] = "old/name"
    moved = f"/repos/{REPOSITORY}"

    def redirect(method: str, path: str) -> tuple[int, dict[str, str], bytes] | None:
        if not path.startswith("/repos/old/name"):
            return None
        status = 301 if method == "GET" else 307
        return status, {"location": path.replace("/repos/old/name", moved)}, b""

    hub.intercept = redirect
    assert teller.tell(FAILING, issue="12").startswith("issue: posted ")
    assert len(hub.bodies(12)) == 1


@pytest.mark.parametrize("status", [201, 302])
def test_nothing_that_a_server_says_steers_the_terminal(
    teller: Teller, hub: Double, status: int
) -> None:
    posted = json.dumps({"id": 1, "html_url": "https://index.example/\x1b[31m\n\u202e"}).encode()
    headers = {"location": "https://index.example\x1b[31m/"} if status == 302 else {}
    hub.intercept = writing(lambda *_: (status, headers, posted))
    err = teller.tell(FAILING, issue="12")
    assert err.count("\n") == 1
    assert err.rstrip("\n").isprintable()


def test_redirects_without_end(teller: Teller, hub: Double) -> None:
    hub.intercept = lambda _method, path: (302, {"location": path}, b"")
    assert "sends on again and again" in teller.tell(FAILING, issue="12")


@pytest.mark.parametrize(
    ("behave", "error"),
    [
        (servers.silent, DeadlineError),
        (servers.endless(b"x", 0.01), DeadlineError),
        (servers.endless(b"x" * 2**20, 0.0), RefusedError),
    ],
)
def test_what_does_not_end_is_ended(
    sender: Sender, behave: Behaviour, error: type[UnreachableError]
) -> None:
    timeout = 60 if error is RefusedError else 0.3
    with servers.serving(behave) as place, pytest.raises(error):
        sender.send("GET", f"http://{place}", headers={}, content=b"", timeout=timeout)


def board(hub: Double, sender: Sender) -> tuple[Github, boards.Comments]:
    made = Github(hub.url, REPOSITORY, TOKEN, sender=sender, clock=FakeClock())
    return made, boards.Comments(made, 12)


def test_two_runs_at_once_leave_one_comment(hub: Double, sender: Sender) -> None:
    both = threading.Barrier(2)
    posts: list[str] = []

    def together(method: str, path: str) -> None:
        if method == "POST":
            posts.append(path)

    hub.intercept = together

    def run() -> None:
        made, comments = board(hub, sender)
        found = comments.texts
        first = True

        class Late(msgspec.Struct):
            """Looks at the same moment as the other run."""

            issue: int = 12

            def texts(self, viewer: str | None) -> Any:
                nonlocal first
                seen = found(viewer)
                if first:
                    first = False
                    both.wait(30)
                return seen

            post, edit, remove = comments.post, comments.edit, comments.remove

        assert list(boards.tell(made, Late(), FAILING, "", at=at(0)))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(posts) == 2
    assert len(hub.bodies(12)) == 1


def test_two_issues_at_once_leave_one_open(teller: Teller, hub: Double) -> None:
    teller.tell(FAILING, issue="new")
    hub.add_issue(20, body=hub.issues[13]["body"])
    hub.add_issue(21, body=hub.issues[13]["body"], user=hub.user("somebody"))
    teller.tell(FAILING, issue="new")
    states = {number: issue["state"] for number, issue in hub.issues.items()}
    assert states == {12: "open", 13: "open", 20: "closed", 21: "open"}
    assert hub.issues[20]["state_reason"] == "not_planned"


def test_a_comment_behind_many_others_is_found(teller: Teller, hub: Double) -> None:
    for number in range(230):
        hub.add_comment(12, f"comment {number}", hub.user("somebody"))
    teller.tell(FAILING, issue="12")
    teller.tell(FAILING, issue="12")
    assert len(hub.bodies(12)) == 231


def test_a_pasted_marker_is_left_alone(teller: Teller, hub: Double) -> None:
    teller.tell(FAILING, issue="12")
    (mine,) = hub.bodies(12)
    hub.add_comment(12, mine, hub.user("somebody"))
    teller.tell(verdict(when=at(9)), issue="12")
    assert hub.bodies(12)[1] == mine
    assert "has recovered" in hub.bodies(12)[0]


def test_targets_do_not_share_a_comment(teller: Teller, hub: Double) -> None:
    staging = verdict({"api": (item(),)}, target="staging")
    for told in (FAILING, staging, FAILING, staging):
        teller.tell(told, issue="12")
    assert len(hub.bodies(12)) == 2


def test_the_token_of_an_app_that_may_not_ask_who_it_is(teller: Teller) -> None:
    with github.double(login="github-actions[bot]", app=True) as hub:
        teller.settings["github-api"] = hub.url
        hub.add_comment(12, "other", hub.user("somebody", "User"))
        for _ in range(2):
            assert teller.tell(FAILING, issue="12").startswith("issue: ")
            assert teller.tell(FAILING, issue="new").startswith("issue: ")
        assert len(hub.bodies(12)) == 2
        assert sorted(hub.issues) == [12, 13]


def test_the_token_that_gh_has(
    teller: Teller, hub: Double, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "bin" / "gh"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\necho "$*" >> {tmp_path}/called\necho {TOKEN}\n')
    program.chmod(0o755)
    monkeypatch.delenv("GITHUB_TOKEN")
    monkeypatch.setenv("PATH", f"{program.parent}:/usr/bin:/bin")
    assert teller.tell(FAILING, issue="12").startswith("issue: posted ")
    assert (tmp_path / "called").read_text() == "auth token --hostname 127.0.0.1\n"
    program.write_text("#!/bin/sh\necho not logged in >&2\nexit 1\n")
    assert "gh has none either" in teller.tell(FAILING, issue="12")


@pytest.mark.parametrize("token", ["a b", "abc\tdef", "tök"])
def test_a_token_that_is_none(
    teller: Teller, hub: Double, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", token)
    err = teller.tell(FAILING, issue="12")
    assert "it holds odd characters" in err
    assert token not in err
    assert hub.asked == []


def test_a_repository_that_nothing_tells(teller: Teller, hub: Double) -> None:
    del teller.settings["github-repository"]
    assert "set notify.github-repository" in teller.tell(FAILING, issue="12")


def test_secrets_are_not_posted(teller: Teller, hub: Double) -> None:
    teller.tell(verdict({"api": (item(f"/x?token={TOKEN}", observed=TOKEN),)}), issue="12")
    (body,) = hub.bodies(12)
    assert "***" in body
    assert TOKEN not in body


def events(heard: Listener) -> list[str]:
    return [json.loads(each.body)["event"] for each in heard.heard]


def test_a_webhook_is_told_once(teller: Teller, heard: Listener) -> None:
    teller.settings["webhook"] = f"{heard.url}/hook?key=1"
    well, more = verdict(), verdict({"api": (item("/a"), item("/b"))})
    said = [teller.tell(told) for told in (well, FAILING, FAILING, more, more, well, well)]
    assert events(heard) == ["failed", "still-failing", "recovered"]
    assert said[:3] == ["", "webhook: told: failed\n", ""]
    assert {each.target for each in heard.heard} == {"/hook?key=1"}
    assert {each.headers["content-type"] for each in heard.heard} == {"application/json"}
    document = json.loads(heard.heard[0].body)
    assert document["target"] == "production"
    assert document["text"].startswith("### ❌ production is not healthy: API endpoints")
    assert document["verdict"]["exit_code"] == document["exit_code"] == 3


def test_without_a_journal_each_failure_is_told(teller: Teller, heard: Listener) -> None:
    teller.settings["webhook"] = heard.url
    teller.journal = None
    for told in (FAILING, FAILING, verdict()):
        teller.tell(told)
    assert events(heard) == ["failed", "failed"]


def test_a_journal_that_cannot_be_used_hides_no_failure(
    teller: Teller, heard: Listener, tmp_path: Path
) -> None:
    teller.settings["webhook"] = heard.url
    (tmp_path / "journal.db").write_text("no database, and long enough to be seen as none" * 30)
    err = teller.tell(FAILING)
    assert "warning: webhook: " in err
    assert events(heard) == ["failed"]


def test_a_webhook_that_fails_is_told_by_the_next_run(teller: Teller, heard: Listener) -> None:
    teller.settings["webhook"] = heard.url
    heard.statuses = [503, 429, 503, 200]
    err = teller.tell(FAILING)
    assert err == "warning: webhook: 127.0.0.1 answered 429\n"
    assert teller.tell(FAILING) == "webhook: told: failed\n"
    assert teller.tell(FAILING) == ""
    assert len(heard.heard) == 4


@pytest.mark.parametrize("status", [302, 307, 404])
def test_a_webhook_that_refuses_is_asked_once(
    teller: Teller, heard: Listener, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK", f"{heard.url}/services/T0/canary-path")
    teller.settings["webhook"] = "env:HOOK"
    heard.statuses = [status]
    heard.headers = {"location": f"{heard.url}/elsewhere"}
    err = teller.tell(FAILING)
    assert err.startswith(f"warning: webhook: 127.0.0.1 answered {status}")
    assert "canary" not in err
    assert len(heard.heard) == 1


def test_a_run_that_passes_or_fails_pings(teller: Teller, heard: Listener) -> None:
    teller.settings["ping"] = f"{heard.url}/ping/0b9c?create=1"
    heard.statuses = [500, 200]
    for told in (verdict(), FAILING, FAILING):
        assert teller.tell(told) == ""
    paths = [each.target.partition("&rid=")[0] for each in heard.heard]
    fine, failed = "/ping/0b9c?create=1", "/ping/0b9c/fail?create=1"
    assert paths == [fine, fine, failed, failed]
    assert heard.heard[1].body.endswith(b"PRODUCTION HEALTH CHECK PASSED\nexit code 0\n")
    assert b"- /health: 500" in heard.heard[2].body
    assert len({each.target.partition("&rid=")[2] for each in heard.heard}) == 3


def test_several_targets_are_told_each_and_pinged_once(
    teller: Teller, hub: Double, heard: Listener
) -> None:
    teller.settings |= {"webhook": f"{heard.url}/hook", "ping": f"{heard.url}/ping"}
    staging = verdict({"records": (item("projects"),)}, target="staging")
    well = verdict(target="third")
    err = teller.tell(FAILING, staging, well, issue="12")
    assert err.count("issue: production: posted ") == err.count("issue: staging: posted ") == 1
    assert "webhook: staging: told: failed\n" in err
    assert len(hub.bodies(12)) == 2
    paths = sorted(each.target.partition("?")[0] for each in heard.heard)
    assert paths == ["/hook", "/hook", "/ping/fail"]
    hub.intercept = writing(always(403, "no"))
    err = teller.tell(FAILING, staging, well, issue="12")
    assert "warning: issue: production: GitHub forbids it (403): no" in err
    assert "warning: issue: staging: GitHub forbids it (403): no" in err


def test_one_that_still_fails_makes_a_look_at_others_a_failed_ping(
    teller: Teller, heard: Listener
) -> None:
    teller.settings["ping"] = f"{heard.url}/ping"
    assert teller.journal is not None
    request = Request(
        found=teller.found(),
        repository=None,
        journal=teller.journal,
        target=None,
        mode="full",
        left_out={},
        wait=0,
        retries=None,
        keep=True,
        format="text",
        color=False,
        verbose=False,
        notices=Asked(),
    )
    looks = [FAILING, verdict(target="staging")]
    for news in ([False, False], [False, True]):
        follow(request, looks, lambda: True, news=news)
    assert [each.target.partition("?")[0] for each in heard.heard] == ["/ping/fail"]


def test_a_long_report_is_pinged_as_far_as_it_is_kept(sender: Sender, heard: Listener) -> None:
    way = posting.Way(sender, FakeClock(), heard.url)
    posting.ping(way, [(FAILING, "x" * 99_999)])
    assert len(heard.heard[0].body) == posting.LONGEST


def test_nobody_is_told_who_is_not_to_be(teller: Teller, heard: Listener) -> None:
    teller.settings |= {"webhook": heard.url, "ping": heard.url}
    assert teller.tell(FAILING, quiet=True) == ""
    assert heard.heard == []


def test_one_that_fails_stops_no_other(
    teller: Teller, hub: Double, heard: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.intercept = always(401, "Bad credentials")
    teller.settings |= {"webhook": "env:NOT_SET", "ping": heard.url}
    lines = teller.tell(FAILING, issue="12").splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("warning: webhook: notify.webhook: the environment variable NOT_SET")
    assert lines[1].startswith("warning: issue: GitHub refuses the token")
    assert len(heard.heard) == 1


@pytest.mark.parametrize("url", ["no url", "ftp://index.example", "http://", "http://x:99999/"])
def test_a_url_that_is_none(teller: Teller, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOOK", url)
    teller.settings["webhook"] = "env:HOOK"
    err = teller.tell(FAILING)
    assert err.startswith("warning: webhook: notify.webhook: expected an http:// or https:// URL")


def test_a_bug_in_telling_is_a_warning_with_a_log(teller: Teller, hub: Double, home: Path) -> None:
    teller.tell(FAILING, issue="12")
    broken = verdict(when="tomorrow")
    err = teller.tell(broken, issue="12")
    assert err.startswith("warning: issue: a bug in safeguards: ValueError (hint: please report")
