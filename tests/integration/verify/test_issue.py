"""`safeguards verify --issue` as a program, with GitHub on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from tests.integration.verify.conftest import CANARY, Small
from tests.integration.verify.test_notices import without_progress
from tests.support import github
from tests.support.github import REPOSITORY, TOKEN, Double
from tests.support.shell import sh

from safeguards.cli.main import main


@pytest.fixture
def hub(small: Small) -> Iterator[Double]:
    """GitHub for the small production, under the path of an Enterprise server."""
    with github.double("/api/v3") as made:
        configuration = small.folder / "safeguards.toml"
        text = f'{configuration.read_text()}\n[notify]\ngithub-api = "{made.url}"\n'
        configuration.write_text(text)
        url = f"https://user:{CANARY}@127.0.0.1/{REPOSITORY}.git"
        sh("git", "remote", "add", "origin", url, cwd=small.folder)
        small.env["GITHUB_TOKEN"] = TOKEN
        yield made


def break_it(small: Small) -> None:
    small.sql("delete from projects")


def repair(small: Small) -> None:
    small.sql("insert into projects values (1)")


def test_one_comment_is_kept_up_to_date(small: Small, hub: Double) -> None:
    said = [small.verify("--quick", "--issue", "12")]
    assert (said[0].code, without_progress(said[0].err), hub.writes) == (0, "", [])
    break_it(small)
    said += [small.verify("--quick", "--issue", "12") for _ in range(2)]
    (body,) = hub.bodies(12)
    assert "### ❌ production is not healthy: Record counts" in body
    assert "seen like this 2 times" in body
    repair(small)
    said += [small.verify("--quick", "--issue", "12") for _ in range(2)]
    (body,) = hub.bodies(12)
    assert "### ✅ production has recovered" in body
    break_it(small)
    said.append(small.verify("--quick", "--issue", "12"))
    (body,) = hub.bodies(12)
    assert "seen like this once" in body
    assert "Record counts, seen 2 times" in body
    assert [each.code for each in said] == [0, 4, 4, 0, 0, 4]
    assert [call.partition(" ")[0] for call in hub.writes] == [
        *("POST", "PATCH", "PATCH", "POST", "DELETE"),
    ]
    assert without_progress(said[1].err).startswith(
        "issue: posted https://index.example/owner/name/issues/12#"
    )
    everything = "".join(each.out + each.err for each in said) + body + json.dumps(small.journal())
    assert TOKEN not in everything
    assert CANARY not in everything


def test_an_issue_of_its_own(small: Small, hub: Double) -> None:
    break_it(small)
    codes = [small.verify("--quick", "--issue", "new").code for _ in range(2)]
    assert [issue["state"] for issue in hub.issues.values()] == ["open", "open"]
    assert hub.issues[13]["title"] == "Production check failed: production (Record counts)"
    assert "seen like this 2 times" in hub.issues[13]["body"]
    repair(small)
    codes += [small.verify("--quick", "--issue", "new").code for _ in range(2)]
    assert (hub.issues[13]["state"], hub.issues[13]["state_reason"]) == ("closed", "completed")
    assert "has recovered" in hub.issues[13]["body"]
    break_it(small)
    codes.append(small.verify("--quick", "--issue", "new").code)
    assert sorted(hub.issues) == [12, 13, 14]
    assert codes == [4, 4, 0, 0, 4]
    assert hub.comments == {}


def test_what_would_be_posted(small: Small, hub: Double) -> None:
    break_it(small)
    plain = small.verify("--quick")
    ended = small.verify("--quick", "--issue-dry-run", "--issue", "12")
    assert (ended.code, ended.out) == (4, plain.out)
    assert without_progress(ended.err).startswith(
        "issue: owner/name, issue 12: this would be posted\n<!-- safe"
    )
    assert "### ❌ production is not healthy: Record counts\n" in ended.err
    ended = small.verify("--quick", "--issue-dry-run")
    assert "a new issue: this would be posted\ntitle: Production check failed" in ended.err
    repair(small)
    ended = small.verify("--quick", "--issue-dry-run")
    assert ended.code == 0
    assert "nothing to post" in ended.err
    assert hub.asked == []


@pytest.mark.parametrize("given", ["0", "-1", "1.5", "x", "", "012", "New", "99999999999", "٣"])
def test_what_is_no_issue(given: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--issue", given]) == 64
    out, err = capsys.readouterr()
    assert out == ""
    assert "neither the number of an issue nor `new`" in err


def test_without_a_token_the_verdict_stands(small: Small, hub: Double) -> None:
    del small.env["GITHUB_TOKEN"]
    break_it(small)
    ended = small.verify("--quick", "--issue", "12", "--format", "json", PATH="/usr/bin:/bin")
    assert ended.code == ended.document["exit_code"] == 4
    assert without_progress(ended.err).startswith("warning: issue: there is no token for 127.0.0.1")
    assert "gh auth login" in ended.err
    assert hub.asked == []
