"""The hidden first line of what we post: whose it is, and what has to be remembered."""

from __future__ import annotations

import re
from datetime import datetime
from typing import cast

import msgspec

from safeguards.checks import STAGES, StageName
from safeguards.notify.failing import Failing

KEPT = 8
"""Earlier states that are remembered."""

MOST = 999_999
"""Times that are counted."""

FORM = "%Y-%m-%dT%H:%M:%S.%fZ"
"""How times are written, for `strptime`; they are in UTC."""

_AT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
_STAGE = f"(?:{'|'.join(STAGES)})"
_STAGES = rf"{_STAGE}(?:\+{_STAGE})*"
_PAST = rf"{_AT}~(?:well|{_STAGES})~\d{{1,6}}"
_FIRST_LINE = re.compile(
    r"<!-- safeguards:verify target=(?P<target>[A-Za-z0-9][A-Za-z0-9._-]*)(?: (?P<rest>.*))? -->",
    re.ASCII,
)
_REST = re.compile(
    rf"failing=(?P<failing>-|{_STAGE}:[0-9a-f]{{8}}(?:,{_STAGE}:[0-9a-f]{{8}})*)"
    rf" since=(?P<since>{_AT}) first=(?P<first>{_AT}) last=(?P<last>{_AT})"
    rf" count=(?P<count>\d{{1,6}}) past=(?P<past>-|{_PAST}(?:,{_PAST}){{0,{KEPT - 1}}})",
    re.ASCII,
)


class Past(msgspec.Struct, frozen=True):
    """What was seen from a time on, and how often: the failing stages, none when all was well."""

    at: str
    stages: tuple[StageName, ...]
    count: int


class Marker(msgspec.Struct, frozen=True):
    """What is failing, `since` when something is, and how often it was seen exactly so.

    Times are ISO 8601 in UTC. `past` are earlier states, oldest first.
    """

    target: str
    failing: Failing
    since: str
    first: str
    last: str
    count: int
    past: tuple[Past, ...] = ()

    @property
    def stages(self) -> tuple[StageName, ...]:
        """The failing stages in their order."""
        return tuple(name for name in STAGES if name in self.failing)


def written(marker: Marker) -> str:
    """The first line that a marker is."""
    failing = ",".join(f"{name}:{marker.failing[name]}" for name in marker.stages) or "-"
    past = ",".join(f"{p.at}~{'+'.join(p.stages) or 'well'}~{p.count}" for p in marker.past) or "-"
    return (
        f"<!-- safeguards:verify target={marker.target} failing={failing} since={marker.since}"
        f" first={marker.first} last={marker.last} count={marker.count} past={past} -->"
    )


def target_of(body: str) -> str | None:
    """The target that a text of ours is about; None for any other text."""
    found = _FIRST_LINE.fullmatch(_first_line(body))
    return found["target"] if found else None


def read(body: str) -> Marker | None:
    """The marker that a text begins with; None when there is none, or somebody changed it."""
    found = _FIRST_LINE.fullmatch(_first_line(body))
    rest = _REST.fullmatch(found["rest"] or "") if found else None
    if found is None or rest is None:
        return None
    pairs = [] if rest["failing"] == "-" else [p.split(":") for p in rest["failing"].split(",")]
    past = [] if rest["past"] == "-" else [p.split("~") for p in rest["past"].split(",")]
    times = (rest["since"], rest["first"], rest["last"], *(at for at, _, _ in past))
    if not all(map(_is_moment, times)):
        return None
    return Marker(
        target=found["target"],
        failing={cast("StageName", name): digits for name, digits in pairs},
        since=rest["since"],
        first=rest["first"],
        last=rest["last"],
        count=int(rest["count"]),
        past=tuple(Past(at, _stages(what), int(count)) for at, what, count in past),
    )


def advanced(before: Marker | None, target: str, failing: Failing, at: str) -> Marker:
    """The marker after a run at this time, when it was this before."""
    if before is None:
        return Marker(target, failing, since=at, first=at, last=at, count=1)
    if before.failing == failing:
        again = min(before.count + 1, MOST)
        return msgspec.structs.replace(before, last=at, count=again)
    known = (*before.past, Past(before.first, before.stages, before.count))
    began = at if failing and not before.failing else before.since
    return Marker(target, failing, began, at, at, 1, known[-KEPT:])


def _is_moment(at: str) -> bool:
    try:
        datetime.strptime(at, FORM)
    except ValueError:
        return False
    return True


def _stages(what: str) -> tuple[StageName, ...]:
    return () if what == "well" else tuple(cast("StageName", name) for name in what.split("+"))


def _first_line(body: str) -> str:
    return body.partition("\n")[0].rstrip("\r")
