"""Samples → markdown: seconds of each side, and how sides compare round by round."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from statistics import median

from benchmarks.measure import Sample

Samples = Mapping[str, Sequence[Sample]]


def seconds(samples: Samples) -> str:
    """Median, least and most wall-clock milliseconds, processor milliseconds, most memory."""
    rows = [
        "| side | median ms | min – max ms | CPU ms (median, min) | memory MB |",
        "|---|---:|---:|---:|---:|",
    ]
    for name, runs in samples.items():
        walls = [run.wall * 1000 for run in runs]
        cpus = [run.cpu * 1000 for run in runs]
        spread = f"{min(walls):.0f} – {max(walls):.0f}"
        busy = f"{median(cpus):.0f}, {min(cpus):.0f}"
        most = max(run.memory for run in runs)
        rows.append(f"| {name} | {median(walls):.0f} | {spread} | {busy} | {most:.0f} |")
    return "\n".join(rows)


def ratios(samples: Samples, pairs: Sequence[tuple[str, str]]) -> str:
    """Each pair's quotient in every round: its median, least and most, by clock and processor."""
    rows = ["| ratio | wall median | wall min – max | CPU median |", "|---|---:|---:|---:|"]
    for one, other in pairs:
        walls = [a.wall / b.wall for a, b in _rounds(samples, one, other)]
        cpus = [a.cpu / b.cpu for a, b in _rounds(samples, one, other)]
        spread = f"{min(walls):.2f} – {max(walls):.2f}"
        rows.append(f"| {one} : {other} | {median(walls):.2f} | {spread} | {median(cpus):.2f} |")
    return "\n".join(rows)


def _rounds(samples: Samples, one: str, other: str) -> list[tuple[Sample, Sample]]:
    return list(zip(samples[one], samples[other], strict=True))
