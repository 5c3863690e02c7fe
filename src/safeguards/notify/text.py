"""The text that people are told: what failed, since when, and what to do next.

Whatever others wrote stands in code, see `neutral`; all other words are ours.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime

import msgspec

from safeguards.checks import FAILED, Check, StageName, Verdict
from safeguards.notify.marker import FORM, Marker, Past, written
from safeguards.notify.neutral import block, span

MAX_BYTES = 60_000
"""What a comment may have; GitHub takes 65,536 characters."""

MAX_DOCUMENT = 256_000
"""Bytes of a webhook's document with all details."""

_MAX_TOLD = 30_000
_MAX_MESSAGE = 20_000

TITLES: Mapping[StageName, str] = {
    "containers": "Containers",
    "migrations": "Migrations",
    "api": "API endpoints",
    "records": "Record counts",
}


def failing_body(marker: Marker, verdict: Verdict, report: str) -> str:
    """The comment of a production that is not well; `report` is what the terminal was told."""
    lines = [written(marker), *_failing(marker, verdict, _MAX_TOLD)]
    return "\n".join([*lines, *_folded(lines, marker, report)]) + "\n"


def recovered_body(marker: Marker, report: str) -> str:
    """The comment once all is well again; `marker` is the one after the recovery."""
    lines = [written(marker), *_recovered(marker)]
    return "\n".join([*lines, *_folded(lines, marker, report)]) + "\n"


def message(marker: Marker, verdict: Verdict) -> str:
    """The same without what is hidden or folded, for a chat or a mail.

    No `<` is followed by a character: chats have words of their own in angle brackets.
    """
    told = _failing(marker, verdict, _MAX_MESSAGE) if marker.failing else _recovered(marker)
    return "\n".join(told).replace("<", "<\u200b") + "\n"


def title(marker: Marker) -> str:
    """The title of an issue."""
    return f"Production check failed: {marker.target} ({stage_names(marker.stages)})"


def stage_names(stages: tuple[StageName, ...]) -> str:
    """The stages for people; "nothing" when there are none."""
    return ", ".join(TITLES[name] for name in stages) or "nothing"


def _failing(marker: Marker, verdict: Verdict, room: int) -> list[str]:
    unseen = tuple(
        check.name
        for check in verdict.checks
        if check.name in marker.failing and check.status == "skipped"
    )
    lines = [
        f"### ❌ {marker.target} is not healthy: {stage_names(marker.stages)}",
        "",
        f"- Failing since {moment(marker.since)}; seen like this {_times(marker)}",
        f"- Exit code {verdict.exit_code}, mode {verdict.mode}",
    ]
    if verdict.commit:
        lines.append(f"- Checked out: {span(verdict.commit)}")
    if unseen:
        lines.append(f"- Not looked at this time, failing before: {stage_names(unseen)}")
    left = room - sum(len(line.encode()) + 1 for line in lines)
    for check in verdict.checks:
        for line in _check_lines(check):
            left -= len(line.encode()) + 1
            if left < 0:
                return [*lines, "- … and more"]
            lines.append(line)
    return lines


def _check_lines(check: Check) -> Iterator[str]:
    if check.status not in FAILED:
        return
    yield ""
    summary = f": {span(check.summary)}" if check.summary else ""
    sign = "FAIL" if check.status == "fail" else "UNKNOWN"
    yield f"**{check.id}. {TITLES[check.name]} [{sign}]**{summary}"
    yield ""
    for item in check.items:
        if item.status not in FAILED:
            continue
        seen = ", ".join(part for part in (item.observed, item.message) if part)
        yield f"- {span(item.subject)}: {span(seen or 'nothing')}"
        if item.expected:
            yield f"  - expected: {span(item.expected)}"
        if item.hint:
            yield f"  - hint: {span(item.hint)}"
        if item.next:
            yield f"  - next: {span(item.next.command)}"


def _recovered(marker: Marker) -> list[str]:
    last = marker.past[-1]
    outage = [each for each in marker.past if each.stages and each.at >= marker.since] or [last]
    took = duration(marker.since, marker.first)
    stages = tuple(name for name in TITLES if any(name in each.stages for each in outage))
    times = sum(each.count for each in outage)
    return [
        f"### ✅ {marker.target} has recovered",
        "",
        f"- Well again at {moment(marker.first)}, after {took}",
        f"- Failed before: {stage_names(stages)}, seen {_count(times)}",
    ]


def _folded(lines: list[str], marker: Marker, report: str) -> list[str]:
    """The report as a block, and what was before; all of it fits."""
    tail = []
    if marker.past:
        tail += ["", "<details><summary>Before</summary>", ""]
        tail += [_before(each) for each in marker.past]
        tail += ["", "</details>"]
    tail += ["", "Kept up to date by `safeguards verify --issue`."]
    used = sum(len(line.encode()) + 1 for line in (*lines, *tail))
    head = ["", "<details><summary>The whole report</summary>", ""]
    room = MAX_BYTES - used - len("\n".join(head)) - len("\n</details>\n\n")
    return [*head, block(report, room), "", "</details>", *tail]


def _before(past: Past) -> str:
    what = stage_names(past.stages) if past.stages else "well"
    return f"- {moment(past.at)}: {what}, seen {_count(past.count)}"


def _times(marker: Marker) -> str:
    last = "" if marker.count == 1 else f", last at {moment(marker.last)}"
    return f"{_count(marker.count)}{last}"


def _count(number: int) -> str:
    return "once" if number == 1 else f"{number} times"


def moment(at: str) -> str:
    """ISO 8601 in UTC, for people."""
    return f"{at[:10]} {at[11:19]} UTC"


def duration(start: str, end: str) -> str:
    """How long it is from one moment to another, for people."""
    began, ended = (datetime.strptime(at, FORM) for at in (start, end))
    minutes, seconds = divmod(max(int((ended - began).total_seconds()), 0), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    parts = ((days, "d"), (hours, "h"), (minutes, "min"), (seconds, "s"))
    shown = [f"{number} {unit}" for number, unit in parts if number][:2]
    return " ".join(shown) or "0 s"


def payload(event: str, marker: Marker, verdict: Verdict) -> bytes:
    """The JSON document that a webhook gets, version 1; details go when it is too long."""
    document = {
        "version": 1,
        "event": event,
        "target": verdict.target,
        "status": verdict.status,
        "exit_code": verdict.exit_code,
        "text": message(marker, verdict),
        "verdict": msgspec.to_builtins(verdict),
    }
    # Not by msgspec: of names that are no text it makes an error.
    written_out = json.dumps(document).encode()
    if len(written_out) <= MAX_DOCUMENT:
        return written_out
    checks = tuple(msgspec.structs.replace(check, items=()) for check in verdict.checks)
    short = msgspec.structs.replace(verdict, checks=checks, next_actions=())
    return json.dumps({**document, "verdict": msgspec.to_builtins(short)}).encode()
