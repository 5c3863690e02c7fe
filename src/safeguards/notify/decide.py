"""What is done about an issue, given what we wrote there before: at most one text of ours stays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import msgspec

from safeguards.checks import Verdict
from safeguards.notify.failing import failing_after
from safeguards.notify.marker import Marker, advanced, read, target_of
from safeguards.notify.text import failing_body, recovered_body, title

if TYPE_CHECKING:
    from safeguards.system.github import Remark

ACTIONS_BOT = "github-actions[bot]"


class Step(msgspec.Struct, frozen=True):
    """What to do: post `body`, put it into the text `id`, or nothing; then remove others of ours.

    `recovered` tells that all is well again, `title` is for an issue of our own.
    """

    do: Literal["post", "edit", "nothing"]
    body: str = ""
    id: int = 0
    remove: tuple[int, ...] = ()
    recovered: bool = False
    title: str = ""


def wrote(viewer: str | None, remark: Remark) -> bool:
    """Whether a text is by whom our token stands for.

    The token of an app may not ask who it is (`viewer` is None): then it is any app's, which no
    person can be.
    """
    if viewer is not None:
        return remark.login.lower() == viewer.lower()
    return remark.by_bot and (remark.login == ACTIONS_BOT or remark.by_app)


def ours(viewer: str | None, target: str, remarks: Sequence[Remark]) -> tuple[Remark, ...]:
    """The texts that we wrote about this target; a marker that somebody else pasted is not ours."""
    mine = (each for each in remarks if wrote(viewer, each))
    return tuple(each for each in mine if target_of(each.body) == target)


def kept_of(found: Sequence[Remark]) -> Remark | None:
    """The one that stays: the oldest that tells of a failure, else the newest.

    Two runs that post at once agree on it, whichever looks first.
    """
    failing = [each for each in found if _failing(each)]
    if failing:
        return min(failing, key=lambda each: each.id)
    return max(found, key=lambda each: each.id, default=None)


def decide(verdict: Verdict, report: str, found: Sequence[Remark], at: str) -> Step:
    """What to do, given our texts about the target and the time.

    Edits tell nobody by mail, so a failure after a recovery is posted anew, and the old text
    goes: what it told is in the new one.
    """
    kept = kept_of(found)
    extra = tuple(sorted(each.id for each in found if each is not kept))
    before = read(kept.body) if kept else None
    failing = failing_after(before.failing if before else {}, verdict.checks)
    if verdict.status == "pass" and (failing or before is None or not before.failing):
        return Step("nothing", remove=extra)
    marker = advanced(before, verdict.target, failing, at)
    if not failing:
        assert kept is not None
        body = recovered_body(marker, report)
        return Step("edit", body, kept.id, extra, recovered=True, title=_told(before))
    body = failing_body(marker, verdict, report)
    if kept is None:
        return Step("post", body, title=title(marker))
    if before is not None and not before.failing:
        return Step("post", body, remove=(*extra, kept.id), title=title(marker))
    return Step("edit", body, kept.id, extra, title=title(marker))


def _told(before: Marker | None) -> str:
    return title(before) if before else ""


def _failing(remark: Remark) -> bool:
    marker = read(remark.body)
    return marker is None or bool(marker.failing)
