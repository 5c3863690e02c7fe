"""What a refusal of GitHub means, and what to do about it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import msgspec

from safeguards.errors import AbsentError, RefusedError

if TYPE_CHECKING:
    from safeguards.system.sending import Sent

LONGEST = 200
NEEDED = (
    "the token needs Issues: read and write (a classic one the scope repo, or public_repo;"
    " in GitHub Actions `permissions: issues: write`)"
)


class _Refusal(msgspec.Struct):
    message: str = ""


def refused(answer: Sent, repository: str, path: str, now: datetime) -> RefusedError:
    """The error for an answer that is no success; its hint is what a person does next."""
    said = _said(answer)
    limited = _limited(answer, said, now)
    if limited is not None:
        return limited
    if answer.status == 401:
        return RefusedError(
            f"GitHub refuses the token (401): {said}",
            hint="renew GITHUB_TOKEN or GH_TOKEN, or: gh auth login",
        )
    if answer.status == 403:
        return RefusedError(f"GitHub forbids it (403): {said}", hint=_permission(answer, said))
    if answer.status == 404:
        return AbsentError(
            f"GitHub knows no {_thing(path, repository)} (404)",
            hint=f"the number or name may be wrong, or hidden from the token: {NEEDED}",
        )
    if answer.status == 410:
        return AbsentError(
            f"{_thing(path, repository)} is gone, or issues are switched off there (410)",
            hint="tell another issue its number, or set notify.github-repository",
        )
    hint = "GitHub has an outage, see githubstatus.com" if answer.status >= 500 else ""
    return RefusedError(f"GitHub answered {answer.status}: {said}", hint=hint)


def _limited(answer: Sent, said: str, now: datetime) -> RefusedError | None:
    """The error when it is a rate limit; how long to wait is told in three ways."""
    if answer.status not in {403, 429}:
        return None
    after, reset = answer.headers.get("retry-after", ""), answer.headers.get("x-ratelimit-reset")
    used_up = answer.headers.get("x-ratelimit-remaining") == "0"
    if after.isascii() and after.isdigit():
        until = now + timedelta(seconds=min(int(after), 86400))
    elif used_up and reset and reset.isascii() and reset.isdigit():
        until = datetime.fromtimestamp(min(int(reset), 4_000_000_000), timezone.utc)
    elif used_up or answer.status == 429 or "rate limit" in said.lower():
        until = now + timedelta(minutes=1)
    else:
        return None
    return RefusedError(
        f"GitHub's rate limit is used up until {until:%Y-%m-%d %H:%M:%S} UTC",
        hint="the next verify after that tells it",
    )


def _permission(answer: Sent, said: str) -> str:
    if "locked" in said.lower():
        return "unlock the issue, or tell another one its number"
    if "required" in answer.headers.get("x-github-sso", ""):
        return "the organisation wants the token to be authorised for its single sign-on"
    accepted = answer.headers.get("x-accepted-github-permissions", "")
    return f"{NEEDED}; GitHub asks for {_short(accepted)}" if accepted else NEEDED


def _thing(path: str, repository: str) -> str:
    if not path.startswith("/repos/"):
        return "API at notify.github-api"
    parts = path.split("?", maxsplit=1)[0].split("/issues", 1)
    number = parts[1].strip("/").split("/")[0] if len(parts) == 2 else ""
    return f"issue {number} in {repository}" if number.isdigit() else f"repository {repository}"


def _said(answer: Sent) -> str:
    """GitHub's own words."""
    try:
        text = msgspec.json.decode(answer.body, type=_Refusal).message
    except msgspec.MsgspecError:
        text = ""
    return _short(text) or "no reason given"


def _short(text: str) -> str:
    one_line = "".join(c if c.isprintable() else " " for c in text)
    return one_line if len(one_line) <= LONGEST else f"{one_line[: LONGEST - 1]}…"
