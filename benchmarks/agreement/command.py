"""`benchmarks/run agreement`: every package in turn, then one table."""

from __future__ import annotations

import argparse
import sys
import time

from benchmarks.agreement import report
from benchmarks.agreement.compare import AsItIs, Judged, Scanner, as_it_is, changed
from benchmarks.agreement.packages import (
    PACKAGES,
    Package,
    PackageUnavailable,
    neighbours,
    python_of,
    sources,
)
from benchmarks.agreement.truth import NoVerdictError, Truth


def main(argv: list[str] | None = None) -> int:
    """Print the tables; 1 when a package has a false error, or none could be asked."""
    options = _parse(argv)
    chosen = [p for p in PACKAGES if not options.only or p.name in options.only]
    rows: dict[str, tuple[AsItIs, list[Judged]]] = {}
    lines = [report.HEAD, report.RULE]
    for package in chosen[: options.packages]:
        started = time.monotonic()
        try:
            version, whole, judged = compare(package, options.mutants)
        except (PackageUnavailable, NoVerdictError) as error:
            print(f"{package.name} is left out: {error}", file=sys.stderr, flush=True)
            continue
        rows[package.name] = (whole, judged)
        lines.append(report.row(f"{package.name} {package.version}", version, whole, judged))
        print(report.details(package.name, whole, judged))
        print(f"\n{package.name} took {time.monotonic() - started:.0f} s\n", flush=True)
    print("\n".join([*lines, report.total(rows)]) if rows else "no package could be asked")
    return 0 if rows and not any(whole.false for whole, _ in rows.values()) else 1


def compare(package: Package, mutants: int) -> tuple[str, AsItIs, list[Judged]]:
    """Judge one package and this many mutants; the version is SQLAlchemy's."""
    python = python_of(package)
    site, files = sources(package, python)
    with Truth(python, site, files, package.environment) as truth:
        scanner = Scanner(files, truth.version, neighbours(package, site))
        whole = as_it_is(scanner, truth, files)
        return truth.version, whole, changed(scanner, truth, files, mutants)


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run agreement", description=__doc__)
    parser.add_argument("--packages", type=int, help="only this many of them")
    parser.add_argument("--only", action="append", metavar="NAME", help="only this one; repeatable")
    parser.add_argument("--mutants", type=int, default=60, help="how many of each package")
    return parser.parse_args(argv)
