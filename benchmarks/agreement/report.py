"""Agreement as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from benchmarks.agreement.compare import AsItIs, Judged, counts

HEAD = (
    "| package | SQLAlchemy | relationships mapped | seen | refused, found | false errors |"
    " undecided | mutants | broken | recall | precision | undecided |"
)
RULE = "|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|"


def row(name: str, version: str, whole: AsItIs, judged: Sequence[Judged]) -> str:
    """One package."""
    seen = whole.mapped - len(whole.unseen)
    found = len(whole.refused) - len(whole.missed)
    cells = [
        name,
        version,
        str(whole.mapped),
        _share(seen, whole.mapped),
        f"{found} of {len(whole.refused)}",
        str(len(whole.false)),
        str(whole.undecided),
        *mutant_cells(counts(list(judged))),
    ]
    return f"| {' | '.join(cells)} |"


def total(rows: Mapping[str, tuple[AsItIs, Sequence[Judged]]]) -> str:
    """All packages together."""
    wholes = [whole for whole, _ in rows.values()]
    mapped = sum(w.mapped for w in wholes)
    seen = mapped - sum(len(w.unseen) for w in wholes)
    refused = sum(len(w.refused) for w in wholes)
    outcomes = sum((counts(list(judged)) for _, judged in rows.values()), Counter[str]())
    cells = [
        "**all**",
        "",
        str(mapped),
        _share(seen, mapped),
        f"{refused - sum(len(w.missed) for w in wholes)} of {refused}",
        str(sum(len(w.false) for w in wholes)),
        str(sum(w.undecided for w in wholes)),
        *mutant_cells(outcomes),
    ]
    return f"| {' | '.join(cells)} |"


def mutant_cells(outcomes: Counter[str]) -> list[str]:
    """Mutants, broken ones, recall, precision, and how many of the broken are undecided."""
    found = outcomes["found"]
    broken = found + outcomes["found elsewhere"] + outcomes["missed"] + outcomes["undecided"]
    said = found + outcomes["found elsewhere"] + outcomes["false"]
    return [
        str(outcomes.total()),
        str(broken),
        _share(found, broken),
        _share(said - outcomes["false"], said),
        str(outcomes["undecided"]),
    ]


def details(name: str, whole: AsItIs, judged: Sequence[Judged]) -> str:
    """Everything on which the two do not agree."""
    lines = [f"### {name}"]
    for title, items in (
        ("not imported here", whole.not_imported),
        ("not seen", whole.unseen),
        ("another target", whole.other_target),
        ("false", whole.false),
        ("missed", whole.missed),
    ):
        lines += [f"- {title}: {item}" for item in items]
    for each in judged:
        if each.outcome not in {"found", "accepted"}:
            mutant = each.mutant
            lines.append(
                f"- mutant {each.outcome}: {mutant.path}:{mutant.line} {mutant.kind}\n"
                f"  - SQLAlchemy: {each.sqlalchemy}\n  - scanner: {each.scanner or 'nothing'}"
            )
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} % ({part})" if whole else "–"
