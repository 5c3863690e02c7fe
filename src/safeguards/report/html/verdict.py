"""The verdict: in one word, then stage by stage, then what to do next."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from safeguards.checks import FAILED, Action, Check, Drift, Item, Status, Verdict
from safeguards.report.html.contents import Contents
from safeguards.report.html.markup import Markup, el, joined, text
from safeguards.report.past import moment
from safeguards.report.verify_text import TITLES

MOST_ITEMS = 30
"""Items of a stage, and next commands, that are shown, those that matter first."""
ALWAYS_OPEN = 8
"""Items that are well and stand in the open; more are folded away."""
LONGEST_COMMAND = 1500

WORDS: Mapping[Status, tuple[str, str, str]] = {
    "ok": ("good", "✓", "OK"),
    "warn": ("warn", "▲", "warning"),
    "fail": ("bad", "✕", "FAIL"),
    "unknown": ("warn", "?", "UNKNOWN"),
    "skipped": ("skipped", "–", "skipped"),
}
"""The class, the sign and the word of a status: no colour tells anything alone."""

_CIRCLE = "M32 2a30 30 0 1 0 .01 0z"
_OCTAGON = "M20 2h24l18 18v24l-18 18h-24l-18-18v-24z"
_TICK = "M18 33l10 10l19-21"
_CROSS = "M21 21l22 22m0-22l-22 22"


def section(contents: Contents) -> Markup:
    """The sections about now; without any run a word about how to get one."""
    verdict = contents.verdict
    if verdict is None:
        return el(
            "section",
            el("h2", "Never checked"),
            el("p", "The journal has no verdict on this production. This asks for one:"),
            command("safeguards verify"),
            class_="card",
            id="now",
        )
    return joined((_hero(verdict, asked=contents.asked), _next(verdict), _stages(verdict)))


def command(line: str) -> Markup:
    """A command that one click selects whole."""
    return el("code", text(line, LONGEST_COMMAND), class_="command")


def badge(status: Status) -> Markup:
    """The status as a word with its sign."""
    kind, sign, word = WORDS[status]
    return el("span", f"{sign} {word}", class_=f"badge {kind}")


def _hero(verdict: Verdict, *, asked: bool) -> Markup:
    passed = verdict.status == "pass"
    kind = "good" if passed else "bad"
    icon = el(
        "svg",
        el("path", d=_CIRCLE if passed else _OCTAGON, class_=f"f-{kind}"),
        el("path", d=_TICK if passed else _CROSS, class_="s-mark", stroke_width=6),
        viewBox="0 0 64 64",
        aria_hidden="true",
    )
    failed = [TITLES[check.name] for check in verdict.checks if check.status in FAILED]
    why = f"{', '.join(failed)}: exit code {verdict.exit_code}" if failed else "Every check is well"
    facts = [
        ("asked " if asked else "as the journal has it, of ") + moment(verdict.started_at),
        f"commit {verdict.commit[:12]}" if verdict.commit else "",
        "without the API" if verdict.mode == "quick" else "",
        f"took {verdict.duration_ms / 1000:.1f} s",
    ]
    return el(
        "section",
        icon,
        el(
            "div",
            el("h2", "Verdict", class_="quiet", id="now-title"),
            el("strong", "✓ PASSED" if passed else "✕ FAILED"),
            el("p", why),
            el("p", *(el("span", fact) for fact in facts if fact), class_="facts"),
            _drift(verdict.drift),
        ),
        class_=f"card hero {kind}",
        id="now",
        aria_labelledby="now-title",
    )


def _drift(drift: Drift | None) -> Markup | None:
    if drift is None:
        return None
    word = {"drift": ("warn", "▲ Drift"), "none": ("good", "✓ No drift")}.get(
        drift.status, ("skipped", "? Drift not known")
    )
    badge_of = el("span", word[1], class_=f"badge {word[0]}")
    return joined((el("p", badge_of, " ", text(drift.message)), _changed(drift)))


def _changed(drift: Drift) -> Markup | None:
    """The first of the files that differ, folded away."""
    if not drift.changed:
        return None
    left = drift.changed_count - len(drift.changed)
    return el(
        "details",
        el("summary", f"{drift.changed_count} file{'s' * (drift.changed_count != 1)} changed"),
        el("ul", *(el("li", el("code", path)) for path in drift.changed)),
        el("p", f"and {left} more", class_="quiet") if left > 0 else None,
    )


def _next(verdict: Verdict) -> Markup | None:
    if not verdict.next_actions:
        return None
    shown = verdict.next_actions[:MOST_ITEMS]
    return el(
        "section",
        el("h2", "What to do next", id="next-title"),
        el("ol", *map(_action, shown), class_="do"),
        class_="card",
        aria_labelledby="next-title",
    )


def _action(action: Action) -> Markup:
    kind, word = ("good", "changes nothing") if action.safe else ("warn", "changes production")
    return el(
        "li",
        el("p", text(action.why), " ", el("span", word, class_=f"badge {kind}")),
        command(action.command),
    )


def _stages(verdict: Verdict) -> Markup:
    return el("div", *map(_stage, verdict.checks), class_="stages")


def _stage(check: Check) -> Markup:
    lasted = f"{check.duration_ms} ms" if check.duration_ms else ""
    about = ", ".join(part for part in (_reason(check), lasted) if part)
    return el(
        "section",
        el("h3", f"{check.id}. {TITLES[check.name]}", badge(check.status)),
        el("p", about, class_="quiet") if about else None,
        *_items(check.items),
        class_="card stage",
    )


def _reason(check: Check) -> str:
    return "left out by --quick" if check.summary == "quick" else check.summary


def _items(items: tuple[Item, ...]) -> Iterator[Markup]:
    order: list[Status] = ["fail", "unknown", "warn", "ok", "skipped"]
    ordered = sorted(items, key=lambda item: order.index(item.status))
    shown = ordered[:MOST_ITEMS]
    bad = [item for item in shown if item.status not in ("ok", "skipped")]
    well = shown[len(bad) :]
    folded = len(well) > ALWAYS_OPEN
    opened = bad if folded else shown
    if opened:
        yield el("ul", *map(_item, opened), class_="items")
    if folded:
        yield el(
            "details",
            el("summary", f"{len(well)} that are well"),
            el("ul", *map(_item, well), class_="items"),
        )
    if len(items) > len(shown):
        yield el("p", f"and {len(items) - len(shown)} more", class_="quiet")


def _item(item: Item) -> Markup:
    kind, sign, word = WORDS[item.status]
    spoken = {"ok": "", "skipped": "skipped: "}.get(item.status, f"{word}: ".lower())
    observed = "" if item.observed == "nothing" else item.observed
    seen = ", ".join(part for part in (observed, item.message) if part)
    return el(
        "li",
        el("span", sign, class_="sign", aria_hidden="true"),
        el(
            "div",
            el("p", el("strong", item.subject), ": ", text(f"{spoken}{seen}")),
            _details(item) if item.status not in ("ok", "skipped") else None,
        ),
        class_=kind,
    )


def _details(item: Item) -> Markup | None:
    told: list[Markup] = []
    if item.expected:
        told += [el("dt", "observed"), el("dd", item.observed or "nothing")]
        told += [el("dt", "expected"), el("dd", item.expected)]
    if item.hint:
        told += [el("dt", "hint"), el("dd", item.hint)]
    if item.next:
        told += [el("dt", "next"), el("dd", item.next.why, command(item.next.command))]
    return el("dl", *told) if told else None
