"""Where a text about production stands: a comment in an issue, or an issue of our own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import msgspec

from safeguards.errors import UnreachableError
from safeguards.notify.decide import decide, kept_of, ours
from safeguards.notify.neutral import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from safeguards.checks import Verdict
    from safeguards.notify.decide import Step
    from safeguards.system.github import Github, Remark


class Board(Protocol):
    """Holds texts of ours and of others."""

    def texts(self, viewer: str | None) -> tuple[Remark, ...]:
        """What stands there; at least what the viewer wrote and did not close."""

    def post(self, step: Step) -> Remark:
        """Add a text."""

    def edit(self, step: Step) -> Remark:
        """Change a text."""

    def remove(self, remark_id: int) -> None:
        """Take a text away."""


class Comments(msgspec.Struct, frozen=True):
    """The comments of one issue."""

    github: Github
    issue: int

    def texts(self, viewer: str | None) -> tuple[Remark, ...]:
        """All comments."""
        return self.github.comments(self.issue)

    def post(self, step: Step) -> Remark:
        """Add a comment."""
        return self.github.post_comment(self.issue, step.body)

    def edit(self, step: Step) -> Remark:
        """Put another text into a comment."""
        return self.github.edit_comment(step.id, step.body)

    def remove(self, remark_id: int) -> None:
        """Delete a comment."""
        self.github.remove_comment(remark_id)


class Issues(msgspec.Struct, frozen=True):
    """The issues that we open, one for each time that production fails."""

    github: Github

    def texts(self, viewer: str | None) -> tuple[Remark, ...]:
        """The open issues of the viewer, of everybody when it has no name."""
        return self.github.open_issues(viewer)

    def post(self, step: Step) -> Remark:
        """Open an issue."""
        return self.github.open_issue(step.title, step.body)

    def edit(self, step: Step) -> Remark:
        """Change an issue; one whose failure is over is closed."""
        changes = {"body": step.body, "title": step.title}
        if step.recovered:
            changes |= {"state": "closed", "state_reason": "completed"}
        return self.github.edit_issue(step.id, changes)

    def remove(self, remark_id: int) -> None:
        """Close an issue that another one stands for."""
        self.github.edit_issue(remark_id, {"state": "closed", "state_reason": "not_planned"})


def tell(
    github: Github, board: Board, verdict: Verdict, report: str, *, at: str
) -> Iterator[str | UnreachableError]:
    """Bring the board up to date; what was done, and what went wrong without being the end of it.

    Raises `UnreachableError` when nothing could be told.
    """
    viewer = github.viewer()
    step = decide(verdict, report, ours(viewer, verdict.target, board.texts(viewer)), at)
    remove = step.remove
    if step.do == "post":
        posted = board.post(step)
        yield f"posted {visible(posted.url)}"
    elif step.do == "edit":
        edited = board.edit(step)
        done = "marked as recovered" if step.recovered else "brought up to date"
        yield f"{done}: {visible(edited.url)}"
    try:
        for each in remove:
            board.remove(each)
        if step.do == "post":
            # Another run may have posted at the same moment: both keep the same one.
            found = ours(viewer, verdict.target, board.texts(viewer))
            kept = kept_of(found)
            for other in found:
                if other is not kept and other.id not in remove:
                    board.remove(other.id)
    except UnreachableError as error:
        yield error
