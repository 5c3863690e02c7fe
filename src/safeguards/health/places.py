"""Histories of two places compared as sets of revisions, and which of the two is stale."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from safeguards.checks import Item
from safeguards.errors import UnreachableError
from safeguards.health.heads import Heads
from safeguards.migrations.branches import line_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    Answered = Heads | UnreachableError | None


def differing(image: Answered, checkout: Answered) -> tuple[Item, ...]:
    """What a checkout that differs from the image says: a warning, for production is not wrong."""
    if isinstance(image, UnreachableError) and isinstance(checkout, Heads):
        return (
            Item(
                "image",
                "warn",
                message=f"{image.message}; {checkout.place} was asked instead",
                hint=image.hint,
            ),
        )
    if not isinstance(image, Heads) or not isinstance(checkout, Heads):
        return ()
    if image.ids == checkout.ids:
        return ()
    message, hint = _apart(image, checkout)
    return (
        Item(
            "checkout",
            "warn",
            observed=names(checkout.ids),
            expected=names(image.ids),
            message=message,
            hint=hint,
        ),
    )


def lacking_of(heads: Heads, applied: frozenset[str]) -> tuple[str, ...]:
    """What a database at `applied` lacks of these heads, oldest first."""
    if heads.graph is None:
        return tuple(sorted(heads.ids - applied))
    return heads.graph.missing(applied)


def foreign_to(heads: Heads, applied: frozenset[str]) -> frozenset[str]:
    """What of `applied` is none of the place's revisions, as far as it is known."""
    if heads.graph is not None:
        return applied - frozenset(heads.graph.revisions)
    return applied - heads.ids if heads.ids <= applied else frozenset()


def followed(heads: Heads, applied: frozenset[str]) -> frozenset[str]:
    """The revisions that another one of them follows: one row too many in the version table."""
    if heads.graph is None or len(applied) < 2:
        return frozenset()
    return frozenset(
        old for new in applied for old in line_of(heads.graph, new) if old != new and old in applied
    )


def names(ids: Iterable[str]) -> str:
    """Revisions for people."""
    return ", ".join(sorted(ids)) or "none"


def titled(name: str, heads: Heads) -> str:
    """A revision with its message."""
    revision = heads.graph.revisions.get(name) if heads.graph else None
    return f"{name} ({revision.message})" if revision and revision.message else name


def argument(text: str) -> str:
    """A text as one word of a shell."""
    return shlex.quote(text)


def _apart(image: Heads, checkout: Heads) -> tuple[str, str]:
    place = checkout.place
    if image.graph is None or checkout.graph is None:
        hint = f"deploy {place}'s migrations, or update the checkout"
        return f"{place}'s head is not that of {image.place}", hint
    ahead = checkout.graph.missing(frozenset(image.graph.revisions))
    behind = image.graph.missing(frozenset(checkout.graph.revisions))
    if ahead and not behind:
        return (
            f"{place} is newer than {image.place}: {_listed(ahead, checkout)} is not deployed",
            f"deploy {place}'s migrations",
        )
    if behind and not ahead:
        return (
            f"{place} is older than {image.place}, which has {_listed(behind, image)}",
            "update the checkout",
        )
    apart = f"{_listed(ahead, checkout)} here, {_listed(behind, image)} there"
    return f"{place} and {image.place} have different histories: {apart}", "see alembic merge"


def _listed(revisions: tuple[str, ...], heads: Heads) -> str:
    shown = ", ".join(titled(name, heads) for name in revisions[:3]) or names(heads.ids)
    return f"{shown} and {len(revisions) - 3} more" if len(revisions) > 3 else shown
