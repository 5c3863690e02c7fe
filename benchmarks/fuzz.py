"""Damaged sources for the scanner: it must answer each in time, and never with an exception."""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks.agreement.packages import PACKAGES, PackageUnavailable, python_of, sources
from safeguards.scan.cache import FactsCache
from safeguards.scan.engine import scan
from safeguards.scan.sources import Sources

CASES = Path(__file__).resolve().parents[1] / "tests" / "rules"
LIMIT = 10.0
"""Seconds of processor time for one small project; a larger answer is a hang."""

PIECES = (
    *(b"(", b")", b"[", b"]", b"{", b"}", b"*", b"**", b",", b":", b"=", b"==", b".", b'"', b"'"),
    *(b"\n", b"\n    ", b"\0", b"\xff", b"\\", b"@", b"lambda: ", b" if x else ", b" for x in y "),
    *(b"cls", b"self", b"None", b"Base", b"relationship", b"ForeignKey", b"Column", b"__name__"),
    *(b"class A(A):\n", b"def f(): return f()\n", b"from models import *\n", b'"*"', b"f'{x}'"),
    *(b"declared_attr", b"__tablename__", b"__mapper_args__", b"backref", b"type(", b"10**9"),
)


def main(argv: list[str] | None = None) -> int:
    """Damage projects for so many minutes; 1 when one raised or took too long."""
    options = _parse(argv)
    dice = random.Random(options.seed)
    seeds = list(_seeds(real=options.real))
    ends = time.monotonic() + options.minutes * 60
    projects, slowest, failures = 0, 0.0, 0
    while time.monotonic() < ends:
        files = damaged(dice.choice(seeds), dice)
        took, fault = judge(files)
        projects, slowest = projects + 1, max(slowest, took)
        if fault or took > LIMIT:
            failures += 1
            kept = _keep(files, options.keep, projects)
            print(f"{kept}: {fault or f'{took:.1f} s'}", flush=True)
    print(f"{projects} damaged projects, {failures} failures, slowest {slowest:.2f} s")
    return 1 if failures else 0


def judge(files: Mapping[str, bytes]) -> tuple[float, str]:
    """Processor seconds that a scan took, and the exception it raised."""
    started = time.process_time()
    try:
        scan(Sources(files=files), cache=FactsCache())
    except Exception as error:  # noqa: BLE001  any exception at all is what is looked for
        return time.process_time() - started, repr(error)[:300]
    return time.process_time() - started, ""


def damaged(files: Mapping[str, bytes], dice: random.Random) -> dict[str, bytes]:
    """The project with one to twelve random edits in one of its files."""
    path = dice.choice(sorted(files))
    data = files[path]
    for _ in range(dice.choice((1, 1, 2, 3, 6, 12))):
        data = _edit(data, dice, files)
    return {**files, path: data}


def _edit(data: bytes, dice: random.Random, files: Mapping[str, bytes]) -> bytes:
    start = dice.randrange(len(data) + 1)
    end = min(len(data), start + dice.choice((0, 1, 2, 5, 20, 80)))
    kind = dice.randrange(6)
    if kind == 0:
        return data[:start] + data[end:]
    if kind == 1:
        return data[:start] + bytes([dice.randrange(256)]) + data[end:]
    if kind == 2:
        return data[:start] + dice.choice(PIECES) + data[end:]
    if kind == 3:
        return data[:start] + data[start:end] * dice.choice((2, 3, 50)) + data[end:]
    lines, others = data.split(b"\n"), dice.choice(list(files.values())).split(b"\n")
    at = dice.randrange(len(lines))
    if kind == 4:
        lines[at : at + 1] = [dice.choice(others)]
    else:
        lines.insert(at, lines.pop(dice.randrange(len(lines))))
    return b"\n".join(lines)


def _seeds(*, real: bool) -> Iterator[dict[str, bytes]]:
    for case in sorted(CASES.glob("*/*/")):
        found = {p.relative_to(case).as_posix(): p.read_bytes() for p in case.rglob("*.py")}
        if found:
            yield found
    for package in PACKAGES if real else ():
        try:
            _, files = sources(package, python_of(package))
        except PackageUnavailable as missing:
            print(f"without {missing}", file=sys.stderr)
            continue
        for path, data in files.items():
            if b"relationship(" in data:
                yield {path: data}


def _keep(files: Mapping[str, bytes], folder: Path, number: int) -> Path:
    kept = folder / f"{number:06}"
    for path, data in files.items():
        (kept / path).parent.mkdir(parents=True, exist_ok=True)
        (kept / path).write_bytes(data)
    return kept


def _parse(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks/run fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same projects")
    parser.add_argument("--real", action="store_true", help="damage real packages too")
    parser.add_argument(
        "--keep", type=Path, default=Path(".cache/fuzz"), help="where what failed is put"
    )
    return parser.parse_args(argv)
