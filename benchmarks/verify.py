"""`safeguards verify` against the script a team writes first, and against a well-tuned one; what
it takes besides its slowest stage; and what many endpoints and tables cost.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from tests.support import engine
from tests.support.production import BACKEND, DB, TABLES, Production, brought_up

from benchmarks.measure import Side, environment, in_turn
from benchmarks.table import ratios, seconds

SCRIPTS = Path(__file__).parent / "scripts"
VERIFY = (sys.executable, "-m", "safeguards", "verify")
OURS, UNRECORDED = "verify", "verify --no-journal"
FEW, MANY = 10, 100
NAIVE, TUNED = "script, as written first", "script, well tuned"


def docker_production(rounds: int) -> str:
    """Bring the example up on this machine's engine, measure, take it down."""
    with engine.running() as answering, brought_up(answering) as production:
        parts = (compare(production, rounds), beside(production, rounds), scale(production, rounds))
        return "\n".join(parts)


def compare(production: Production, rounds: int) -> str:
    """Measure on a healthy production; every side must find it healthy in every round."""
    samples = in_turn(sides(production), rounds)
    pairs = [(OURS, NAIVE), (UNRECORDED, NAIVE), (OURS, TUNED), (TUNED, NAIVE)]
    title = f"## verify: 2 containers, 4 revisions, 3 routes, {len(TABLES)} tables, {rounds} rounds"
    return f"{title}\n\n{seconds(samples)}\n\n{ratios(samples, pairs)}\n"


def beside(production: Production, rounds: int) -> str:
    """What a whole run takes besides its slowest stage: inside of it, and as a process."""
    settings = environment() | production.env
    inside: list[float] = []
    outside: list[float] = []
    for turn in range(rounds + 1):
        began = time.perf_counter()
        out = subprocess.run(
            [*VERIFY, "--format", "json"],
            cwd=production.folder,
            env=settings,
            capture_output=True,
            check=True,
        ).stdout
        whole = (time.perf_counter() - began) * 1000
        document = json.loads(out)
        slowest = max(check["duration_ms"] for check in document["checks"])
        if turn:
            inside.append(document["duration_ms"] - slowest)
            outside.append(whole - slowest)
    rows = [
        f"| {name} | {median(took):.0f} | {min(took):.0f} – {max(took):.0f} |"
        for name, took in (("the stages together", inside), ("the whole process", outside))
    ]
    head = "| side | median ms | min – max ms |\n|---|---:|---:|\n"
    return (
        f"## verify: what it takes besides its slowest stage, {rounds} rounds\n\n{head}"
        + "\n".join(rows)
        + "\n"
    )


def scale(production: Production, rounds: int) -> str:
    """Ten against a hundred endpoints, and ten against a hundred tables."""
    settings = environment() | production.env
    with _tables(production, MANY), _configured(production) as files:
        samples = in_turn(
            [
                Side(name, (*VERIFY, "--config", path.name), production.folder, settings)
                for name, path in files.items()
            ],
            rounds,
        )
    few, *many = files
    shown = f"{seconds(samples)}\n\n{ratios(samples, [(each, few) for each in many])}"
    return f"## verify: {FEW} and {MANY}, {rounds} rounds\n\n{shown}\n"


@contextmanager
def _tables(production: Production, many: int) -> Iterator[None]:
    names = [f"scale_{number}" for number in range(many)]
    rows = "AS SELECT n FROM generate_series(1, 1000) n"
    production.sql(";".join(f"CREATE TABLE {name} {rows}" for name in names))
    try:
        yield
    finally:
        production.sql("DROP TABLE " + ", ".join(names))


@contextmanager
def _configured(production: Production) -> Iterator[dict[str, Path]]:
    """A configuration for each number of endpoints and tables, by what it asks."""
    text = (production.folder / "safeguards.toml").read_text()
    before, mark, _ = text.partition("endpoints = [")
    assert mark, "examples/npd/safeguards.toml no longer lists its endpoints"
    sizes = {
        f"{FEW} endpoints, {FEW} tables": (FEW, FEW),
        f"{MANY} endpoints, {FEW} tables": (MANY, FEW),
        f"{FEW} endpoints, {MANY} tables": (FEW, MANY),
        f"{MANY} endpoints, {MANY} tables": (MANY, MANY),
    }
    files: dict[str, Path] = {}
    try:
        for name, (routes, tables) in sizes.items():
            asked = ", ".join(f'"/api/v1/projects?{number}"' for number in range(routes))
            rules = "".join(f"scale_{number} = 1\n" for number in range(tables))
            path = production.folder / f"scale-{routes}-{tables}.toml"
            path.write_text(f"{before}{mark}{asked}]\n\n[targets.production.records]\n{rules}")
            files[name] = path
        yield files
    finally:
        for path in files.values():
            path.unlink()


def sides(production: Production) -> list[Side]:
    """Ours with and without its journal, and the two scripts, all about this production."""
    settings = environment() | production.env | _names(production)
    folder = production.folder
    return [
        Side(OURS, VERIFY, folder, settings),
        Side(UNRECORDED, (*VERIFY, "--no-journal"), folder, settings),
        Side(NAIVE, ("bash", str(SCRIPTS / "naive.sh")), folder, settings),
        Side(TUNED, ("bash", str(SCRIPTS / "tuned.sh")), folder, settings),
    ]


def _names(production: Production) -> dict[str, str]:
    """What a script has written in its first lines."""
    return {
        "PRODUCTION_DB": production.container(DB),
        "PRODUCTION_BACKEND": production.container(BACKEND),
        "PRODUCTION_URL": production.base_url,
        "PRODUCTION_TABLES": " ".join(TABLES),
        "PRODUCTION_ROUTES": "/health /api/v1/projects /api/v1/contacts",
    }
