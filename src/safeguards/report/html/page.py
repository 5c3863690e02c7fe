"""The whole file: nothing in it is fetched, nothing in it runs."""

from __future__ import annotations

from safeguards.report.html import models, revisions, style, timeline, verdict
from safeguards.report.html.contents import Contents
from safeguards.report.html.markup import Markup, el
from safeguards.report.past import moment

POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none';"
    " form-action 'none'"
)
"""What a browser may load for the page: its own style, and the picture in its tab."""

_ICON = (
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>"
    "<path d='{shape}' fill='%23{color}'/></svg>"
)


def render(contents: Contents) -> str:
    """The document; it is well-formed XML too. Whatever the contents hold is only ever text."""
    word = {None: "never checked", "pass": "PASSED", "fail": "FAILED"}[_status(contents)]
    head = el(
        "head",
        el("meta", charset="utf-8"),
        el("meta", http_equiv="Content-Security-Policy", content=POLICY),
        el("meta", name="viewport", content="width=device-width,initial-scale=1"),
        el("meta", name="robots", content="noindex"),
        el("meta", name="generator", content=contents.made_by),
        el("title", f"{contents.target}: {word}"),
        el("link", rel="icon", href=_icon(contents)),
        el("style", Markup(style.css())),
    )
    body = el(
        "body",
        el("a", "Skip to the verdict", href="#now", class_="skip"),
        _top(contents),
        el(
            "main",
            verdict.section(contents),
            timeline.section(contents.past),
            revisions.section(contents.migrations),
            models.section(contents.models),
        ),
        el("footer", f"Made by {contents.made_by}, {moment(contents.made_at)}."),
    )
    return f"<!DOCTYPE html>\n{el('html', head, body, lang='en')}\n"


def _status(contents: Contents) -> str | None:
    return contents.verdict.status if contents.verdict else None


def _icon(contents: Contents) -> str:
    passed = _status(contents) == "pass"
    shape = "M8 1a7 7 0 1 0 .01 0z" if passed else "M5 1h6l4 4v6l-4 4h-6l-4-4v-6z"
    color = {None: "57606a", "pass": "177632", "fail": "c4202c"}[_status(contents)]
    return _ICON.format(shape=shape, color=color)


def _top(contents: Contents) -> Markup:
    links = {
        "now": "Now",
        "history": "History of checks",
        "migrations": "Migrations",
        "models": "Models",
    }
    return el(
        "header",
        el("h1", "Production report: ", el("span", contents.target)),
        el(
            "nav",
            *(el("a", words, href=f"#{place}") for place, words in links.items()),
            aria_label="Sections",
        ),
        class_="top",
    )
