"""`safeguards verify` against the script a team writes first, and against a well-tuned one."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.support import engine
from tests.support.production import BACKEND, DB, TABLES, Production, brought_up

from benchmarks.measure import Side, environment, in_turn
from benchmarks.table import ratios, seconds

SCRIPTS = Path(__file__).parent / "scripts"
VERIFY = (sys.executable, "-m", "safeguards", "verify")
OURS, UNRECORDED = "verify", "verify --no-journal"
NAIVE, TUNED = "script, as written first", "script, well tuned"


def docker_production(rounds: int) -> str:
    """Bring the example up on this machine's engine, measure, take it down."""
    with engine.running() as answering, brought_up(answering) as production:
        return compare(production, rounds)


def compare(production: Production, rounds: int) -> str:
    """Measure on a healthy production; every side must find it healthy in every round."""
    samples = in_turn(sides(production), rounds)
    pairs = [(OURS, NAIVE), (UNRECORDED, NAIVE), (OURS, TUNED), (TUNED, NAIVE)]
    title = f"## verify: 2 containers, 4 revisions, 3 routes, {len(TABLES)} tables, {rounds} rounds"
    return f"{title}\n\n{seconds(samples)}\n\n{ratios(samples, pairs)}\n"


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
