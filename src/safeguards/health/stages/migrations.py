"""Stage 2: the database is at the head of the migrations that production runs with."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import msgspec

from safeguards.checks import Action, Item
from safeguards.errors import UnreachableError
from safeguards.health import applied as database_side
from safeguards.health import leftovers, places, statements
from safeguards.health.applied import Applied, Seen, shown
from safeguards.health.fanout import Outcome, fan_out
from safeguards.health.heads import Heads
from safeguards.health.places import foreign_to, lacking_of, names, titled

if TYPE_CHECKING:
    from safeguards.health.database import Database
    from safeguards.migrations.version_table import VersionTable
    from safeguards.system.clock import Clock


PATIENCE = 40.0
"""Seconds after which a place that was asked is given up."""

MOST_SEARCHES = 3
"""Unknown revisions that are looked for in git."""

Said = Heads | Seen | UnreachableError | None
Answered = Heads | UnreachableError | None


def _as_it_is(statement: str) -> str:
    return statement


def _forget(table: VersionTable, revision: str) -> str:
    return statements.forget(table, revision, "postgresql")


class ByHand(msgspec.Struct, frozen=True):
    """What a person types: to apply what is missing, to see the heads and what is applied, to run
    a statement in the database, and to take a revision out of the version table.
    """

    upgrade: str = "alembic upgrade head"
    heads: str = "alembic heads"
    applied: str = "alembic current"
    run: Callable[[str], str] = _as_it_is
    forget: Callable[[VersionTable, str], str] = _forget


class Facts(msgspec.Struct, frozen=True):
    """What three places say; an error is why a place said nothing, None that there is none.

    Where a commit is followed, it takes the place of the checkout. `seen` is what else the
    database told, `found` where git has revisions that neither image nor checkout knows: branch
    and path.
    """

    image: Answered
    checkout: Answered
    applied: frozenset[str] | UnreachableError
    by_hand: ByHand = ByHand()
    seen: Applied = Applied()
    found: Mapping[str, tuple[str, str]] = {}


class Asked(msgspec.Struct, frozen=True):
    """How the three places are asked, and what is only asked where they leave a question.

    `table` is the version table that the configuration names; `stated` reads it from env.py, and
    `find` looks for a revision in git. Without `leftovers` those are not told.
    """

    image: Callable[[], Heads] | None
    checkout: Callable[[], Heads | None]
    database: Database
    by_hand: Callable[[], ByHand]
    table: VersionTable | None = None
    leftovers: bool = True
    stated: Callable[[Answered, Answered], VersionTable | None] = lambda _image, _checkout: None
    find: Callable[[str], tuple[str, str] | None] = lambda _revision: None


def observe(asked: Asked, clock: Clock) -> Facts:
    """Ask all three at once; what does not answer is an error in the facts.

    `by_hand` is asked last: by then the runtime knows what kind of name it advises about.
    """
    image = asked.image
    jobs: list[Callable[[], Said]] = [
        lambda: image() if image else None,
        asked.checkout,
        lambda: database_side.ask(asked.database, asked.table),
    ]
    outcomes = fan_out(jobs, width=len(jobs), seconds=PATIENCE, clock=clock)
    inside, here, seen = (_settled(outcome) for outcome in outcomes)
    assert not isinstance(inside, Seen)
    assert not isinstance(here, Seen)
    assert isinstance(seen, Seen | UnreachableError)
    answer: Applied | UnreachableError = (
        seen
        if isinstance(seen, UnreachableError)
        else database_side.settle(seen, asked.database, lambda: asked.stated(inside, here))
    )
    if isinstance(answer, UnreachableError):
        return Facts(inside, here, answer, asked.by_hand())
    if not asked.leftovers:
        answer = msgspec.structs.replace(answer, leftovers=(), unlooked="")
    facts = Facts(inside, here, answer.ids, asked.by_hand(), answer)
    return msgspec.structs.replace(facts, found=_found(facts, asked.find))


def judge(facts: Facts) -> tuple[Item, ...]:
    """The database against the heads; then what differs between image and checkout, what is
    doubtful about the version table, and what half-done migrations left.
    """
    heads = _reference(facts)
    items = [*places.differing(facts.image, facts.checkout), *_about_table(facts)]
    items += leftovers.items(facts.seen.leftovers, facts.by_hand.run)
    if facts.seen.unlooked:
        message = f"what half-done migrations left was not seen: {facts.seen.unlooked}"
        items.append(Item("leftovers", "warn", message=message))
    if isinstance(facts.applied, UnreachableError):
        items.insert(0, _unasked(facts.applied, heads, facts))
    elif heads is not None:
        items.insert(0, _measured(_about_database(facts.applied, heads, facts), facts, heads))
    if heads is None:
        items.insert(0, _no_heads(facts))
    return tuple(items)


def judge_running(facts: Facts) -> tuple[Item, ...]:
    """The database against the image alone: whether what runs fits what it runs with.

    The checkout says nothing about that, nor does what earlier migrations left. Without an image
    to read, the database only has to answer.
    """
    if facts.image is not None:
        seen = msgspec.structs.replace(facts.seen, leftovers=(), unlooked="")
        return judge(msgspec.structs.replace(facts, checkout=None, seen=seen))
    if isinstance(facts.applied, UnreachableError):
        return (_unasked(facts.applied, None, facts),)
    return (Item("database", "ok", observed=names(facts.applied)),)


def summary(facts: Facts) -> str:
    """`018 matches head` when it does, else nothing."""
    heads = _reference(facts)
    if isinstance(facts.applied, UnreachableError) or heads is None:
        return ""
    return f"{names(facts.applied)} matches head" if _is_at(facts.applied, heads) else ""


def ask_applied(
    database: Database, table: VersionTable | None = None
) -> frozenset[str] | UnreachableError:
    """The revisions that the database is at, empty when it was never migrated; or why not."""
    try:
        seen = database_side.ask(database, table)
    except UnreachableError as error:
        return error
    found = database_side.settle(seen, database, lambda: None)
    return found if isinstance(found, UnreachableError) else found.ids


def _settled(outcome: Outcome[Said]) -> Said | UnreachableError:
    if outcome.error is None:
        return outcome.value
    if isinstance(outcome.error, UnreachableError):
        return outcome.error
    raise outcome.error


def _found(
    facts: Facts, find: Callable[[str], tuple[str, str] | None]
) -> Mapping[str, tuple[str, str]]:
    """Where git has what neither image nor checkout knows."""
    heads = _reference(facts)
    if heads is None or isinstance(facts.applied, UnreachableError):
        return {}
    unknown = foreign_to(heads, facts.applied)
    if isinstance(facts.checkout, Heads):
        unknown &= foreign_to(facts.checkout, unknown)
    places_of = {each: find(each) for each in sorted(unknown)[:MOST_SEARCHES]}
    return {each: place for each, place in places_of.items() if place is not None}


def _reference(facts: Facts) -> Heads | None:
    """The image decides, since it is what runs; the checkout stands in for it."""
    for heads in (facts.image, facts.checkout):
        if heads is not None and not isinstance(heads, Exception):
            return heads
    return None


def _is_at(applied: frozenset[str], heads: Heads) -> bool:
    wrong = lacking_of(heads, applied) or foreign_to(heads, applied)
    return not wrong and not places.followed(heads, applied)


def _measured(item: Item, facts: Facts, heads: Heads) -> Item:
    assert not isinstance(facts.applied, Exception)
    pending = float(len(lacking_of(heads, facts.applied)))
    at_head = float(_is_at(facts.applied, heads))
    return msgspec.structs.replace(
        item, measures={"at_head": at_head, "pending_revisions": pending}
    )


def _about_database(applied: frozenset[str], heads: Heads, facts: Facts) -> Item:
    if _is_at(applied, heads):
        return Item("database", "ok", observed=names(applied), expected=names(heads.ids))
    if not applied:
        item = _about_nothing(facts)
    elif foreign_to(heads, applied):
        item = _about_foreign(applied, heads, facts)
    elif lacking_of(heads, applied):
        item = _about_lacking(applied, heads, facts)
    else:
        item = _about_followed(applied, heads, facts)
    item = msgspec.structs.replace(
        item, observed=item.observed or names(applied), expected=names(heads.ids)
    )
    if not isinstance(facts.image, UnreachableError):
        return item
    # What the checkout has need not be what runs: it may be ahead of production, or behind.
    message = f"by {heads.place}, which need not be what runs: {item.message}"
    ask = Action(facts.by_hand.heads, "see the heads of what runs", safe=True)
    return msgspec.structs.replace(item, status="unknown", message=message, next=ask)


def _about_nothing(facts: Facts) -> Item:
    table = shown(facts.seen.table)
    return Item(
        "database",
        "fail",
        observed="no revision",
        message=f"there is no table {table}: the database was never migrated, or it is another one"
        if facts.seen.missing
        else f"the table {table} is empty: nothing is applied, or its row was lost",
        next=Action(facts.by_hand.upgrade, "bring the database to head", safe=False),
    )


def _about_lacking(applied: frozenset[str], heads: Heads, facts: Facts) -> Item:
    lacking = lacking_of(heads, applied)
    behind = [heads.place]
    if isinstance(facts.checkout, Heads) and heads is not facts.checkout:
        behind += [facts.checkout.place] * bool(lacking_of(facts.checkout, applied))
    more = f" and {len(lacking) - 5} more" if len(lacking) > 5 else ""
    return Item(
        "database",
        "fail",
        message=f"{len(lacking)} revision{'s' * (len(lacking) > 1)} not applied: "
        + ", ".join(titled(name, heads) for name in lacking[:5])
        + more,
        hint=f"the database is behind {' and '.join(behind)}",
        next=Action(facts.by_hand.upgrade, "apply what is missing", safe=False),
    )


def _about_followed(applied: frozenset[str], heads: Heads, facts: Facts) -> Item:
    old = sorted(places.followed(heads, applied))
    return Item(
        "database",
        "fail",
        message=f"{shown(facts.seen.table)} also has {', '.join(old)}, which another row follows:"
        " Alembic refuses to upgrade",
        hint="somebody stamped it, or two upgrades ran at once",
        next=Action(facts.by_hand.forget(facts.seen.table, old[0]), "take the row out", safe=False),
    )


def _about_foreign(applied: frozenset[str], heads: Heads, facts: Facts) -> Item:
    foreign = foreign_to(heads, applied)
    other = facts.checkout if heads is facts.image and isinstance(facts.checkout, Heads) else None
    message = f"{heads.place} does not know {names(foreign)}"
    hint = "was the database migrated from another branch, or was the code rolled back?"
    ask = Action(facts.by_hand.heads, f"see the heads of {heads.place}", safe=True)
    if other is not None and not foreign_to(other, foreign):
        message += f"; {other.place} does: the image is older than the database"
        hint = "build the image from this commit and replace the container"
    elif other is not None:
        message += f", nor does {other.place}"
    where = [
        f"{name} is on branch {facts.found[name][0]}"
        if len(foreign) > 1
        else f"it is on branch {facts.found[name][0]}"
        for name in sorted(foreign)
        if name in facts.found
    ]
    if where:
        branch, path = next(facts.found[name] for name in sorted(foreign) if name in facts.found)
        ask = Action(f"git show {places.argument(f'{branch}:{path}')}", "read it", safe=True)
        hint = f"is {'the checkout' if other is None else 'what runs'} behind {branch}?"
    return Item("database", "fail", message="; ".join([message, *where]), hint=hint, next=ask)


def _about_table(facts: Facts) -> list[Item]:
    if not facts.seen.others or isinstance(facts.applied, UnreachableError):
        return []
    return [
        Item(
            "version table",
            "warn",
            observed=shown(facts.seen.table),
            message=f"{', '.join(facts.seen.others[:5])} may be meant as well",
            hint="set alembic.version-table-schema or alembic.version-table of the target",
        )
    ]


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
    expected = "the head of the migrations" if heads is None else names(heads.ids)
    ask = Action(facts.by_hand.applied, "ask the database by hand", safe=True)
    return _unknown("database", error, expected, ask)


def _unknown(subject: str, error: UnreachableError, expected: str, ask: Action) -> Item:
    return Item(
        subject, "unknown", expected=expected, message=error.message, hint=error.hint, next=ask
    )
