"""Stage 2: the database is at the head of the migrations that production runs with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import Action, Item
from safeguards.errors import AbsentError, UnreachableError
from safeguards.health import statements
from safeguards.health.fanout import Outcome, fan_out
from safeguards.health.heads import Heads

if TYPE_CHECKING:
    from safeguards.health.database import Database
    from safeguards.system.clock import Clock


PATIENCE = 40.0
"""Seconds after which a place that was asked is given up."""

Said = Heads | frozenset[str] | UnreachableError | None


class ByHand(msgspec.Struct, frozen=True):
    """What a person types to apply what is missing, to see the heads and what is applied."""

    upgrade: str = "alembic upgrade head"
    heads: str = "alembic heads"
    applied: str = "alembic current"


class Facts(msgspec.Struct, frozen=True):
    """What three places say; an error is why a place said nothing, None that there is none.

    Where a commit is followed, it takes the place of the checkout.
    """

    image: Heads | UnreachableError | None
    checkout: Heads | UnreachableError | None
    applied: frozenset[str] | UnreachableError
    by_hand: ByHand = ByHand()


def observe(
    image: Callable[[], Heads] | None,
    checkout: Callable[[], Heads | None],
    database: Database,
    by_hand: Callable[[], ByHand],
    clock: Clock,
) -> Facts:
    """Ask all three at once; what does not answer is an error in the facts.

    `by_hand` is asked last: by then the runtime knows what kind of name it advises about.
    """
    jobs: list[Callable[[], Said]] = [
        lambda: image() if image else None,
        checkout,
        lambda: ask_applied(database),
    ]
    outcomes = fan_out(jobs, width=len(jobs), seconds=PATIENCE, clock=clock)
    inside, here, applied = (_settled(outcome) for outcome in outcomes)
    assert not isinstance(inside, frozenset)
    assert not isinstance(here, frozenset)
    assert isinstance(applied, frozenset | UnreachableError)
    return Facts(inside, here, applied, by_hand())


def judge(facts: Facts) -> tuple[Item, ...]:
    """The database against the heads; then what differs between image and checkout."""
    heads = _reference(facts)
    items = list(_about_places(facts))
    if isinstance(facts.applied, UnreachableError):
        items.insert(0, _unasked(facts.applied, heads, facts))
    elif heads is not None:
        items.insert(0, _about_database(facts.applied, heads, facts))
    if heads is None:
        items.insert(0, _no_heads(facts))
    return tuple(items)


def judge_running(facts: Facts) -> tuple[Item, ...]:
    """The database against the image alone: whether what runs fits what it runs with.

    The checkout says nothing about that. Without an image to read, the database only has to
    answer.
    """
    if facts.image is not None:
        return judge(msgspec.structs.replace(facts, checkout=None))
    if isinstance(facts.applied, UnreachableError):
        return (_unasked(facts.applied, None, facts),)
    return (Item("database", "ok", observed=_names(facts.applied)),)


def summary(facts: Facts) -> str:
    """`018 matches head` when it does, else nothing."""
    heads = _reference(facts)
    if isinstance(facts.applied, UnreachableError) or heads is None:
        return ""
    if not _lacking(facts.applied, heads) and not _foreign(facts.applied, heads):
        return f"{_names(facts.applied)} matches head"
    return ""


def _settled(outcome: Outcome[Said]) -> Said | UnreachableError:
    if outcome.error is None:
        return outcome.value
    if isinstance(outcome.error, UnreachableError):
        return outcome.error
    raise outcome.error


def ask_applied(database: Database) -> frozenset[str] | UnreachableError:
    """The revisions that the database is at, empty when it was never migrated; or why not."""
    try:
        exists, rows = database.ask(
            lambda dialect: (
                statements.version_table_exists(dialect),
                statements.applied_versions(),
            )
        )
    except UnreachableError as error:
        return error
    if isinstance(exists, UnreachableError):
        return exists
    if exists and exists[0][0] == "0":
        return frozenset()
    if isinstance(rows, AbsentError):
        return frozenset()
    if isinstance(rows, UnreachableError):
        return rows
    return frozenset(row[0] for row in rows if row and row[0] is not None)


def _reference(facts: Facts) -> Heads | None:
    """The image decides, since it is what runs; the checkout stands in for it."""
    for heads in (facts.image, facts.checkout):
        if heads is not None and not isinstance(heads, Exception):
            return heads
    return None


def _about_database(applied: frozenset[str], heads: Heads, facts: Facts) -> Item:
    expected = _names(heads.ids)
    foreign = _foreign(applied, heads)
    lacking = _lacking(applied, heads)
    if not applied:
        return Item(
            "database",
            "fail",
            observed="no revision",
            expected=expected,
            message="the database was never migrated: alembic_version is missing or empty",
            next=Action(facts.by_hand.upgrade, "bring the database to head", safe=False),
        )
    if foreign:
        return _about_foreign(applied, foreign, heads, facts)
    if lacking:
        return Item(
            "database",
            "fail",
            observed=_names(applied),
            expected=expected,
            message=f"{len(lacking)} revision{'s' * (len(lacking) > 1)} not applied: "
            + ", ".join(_titled(name, heads) for name in lacking[:5]),
            next=Action(facts.by_hand.upgrade, "apply what is missing", safe=False),
        )
    return Item("database", "ok", observed=_names(applied), expected=expected)


def _about_foreign(
    applied: frozenset[str], foreign: frozenset[str], heads: Heads, facts: Facts
) -> Item:
    other = facts.checkout if heads is facts.image else None
    message = f"{heads.place} does not know {_names(foreign)}"
    hint = "was the database migrated from another branch, or was the code rolled back?"
    if other is not None and not isinstance(other, Exception) and _knows(other, foreign):
        message += f"; {other.place} does: the image is older than the database"
        hint = "build the image from this commit and replace the container"
    return Item(
        "database",
        "fail",
        observed=_names(applied),
        expected=_names(heads.ids),
        message=message,
        hint=hint,
        next=Action(facts.by_hand.heads, f"see the heads of {heads.place}", safe=True),
    )


def _about_places(facts: Facts) -> tuple[Item, ...]:
    image, checkout = facts.image, facts.checkout
    if isinstance(image, UnreachableError) and isinstance(checkout, Heads):
        return (
            Item(
                "image",
                "warn",
                message=f"{image.message}; {checkout.place} was asked instead",
                hint=image.hint,
            ),
        )
    if image is None or checkout is None:
        return ()
    if isinstance(image, Exception) or isinstance(checkout, Exception) or image.ids == checkout.ids:
        return ()
    return (
        Item(
            "checkout",
            "warn",
            observed=_names(checkout.ids),
            expected=_names(image.ids),
            message=f"{checkout.place}'s head is not that of {image.place}",
            hint=f"deploy {checkout.place}'s migrations, or update the checkout",
        ),
    )


def _no_heads(facts: Facts) -> Item:
    error = UnreachableError(
        "no alembic.ini was found in the checkout",
        hint="set migrations.config, or alembic.container of the target",
    )
    for heads in (facts.checkout, facts.image):
        if isinstance(heads, UnreachableError):
            error = heads
    ask = Action(facts.by_hand.heads, "see the heads of the migrations", safe=True)
    return _unknown("heads", error, "the heads of the migrations", ask)


def _unasked(error: UnreachableError, heads: Heads | None, facts: Facts) -> Item:
    expected = "the head of the migrations" if heads is None else _names(heads.ids)
    ask = Action(facts.by_hand.applied, "ask the database by hand", safe=True)
    return _unknown("database", error, expected, ask)


def _unknown(subject: str, error: UnreachableError, expected: str, ask: Action) -> Item:
    return Item(
        subject, "unknown", expected=expected, message=error.message, hint=error.hint, next=ask
    )


def _lacking(applied: frozenset[str], heads: Heads) -> tuple[str, ...]:
    if heads.graph is None:
        return tuple(sorted(heads.ids - applied))
    return heads.graph.missing(applied)


def _foreign(applied: frozenset[str], heads: Heads) -> frozenset[str]:
    if heads.graph is not None:
        return applied - frozenset(heads.graph.revisions)
    return applied - heads.ids if heads.ids <= applied else frozenset()


def _knows(heads: Heads, names: frozenset[str]) -> bool:
    known = heads.ids if heads.graph is None else frozenset(heads.graph.revisions)
    return names <= known


def _titled(name: str, heads: Heads) -> str:
    revision = heads.graph.revisions.get(name) if heads.graph else None
    return f"{name} ({revision.message})" if revision and revision.message else name


def _names(ids: frozenset[str]) -> str:
    return ", ".join(sorted(ids)) or "none"
