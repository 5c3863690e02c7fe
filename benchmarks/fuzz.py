"""Damaged sources for the scanner: it must answer each in time, and never with an exception."""

from __future__ import annotations

import argparse
import math
import random
import re
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import get_args

from benchmarks.agreement.packages import PACKAGES, PackageUnavailable, python_of, sources
from safeguards.scan.cache import FactsCache
from safeguards.scan.engine import scan
from safeguards.scan.settings import ScanSettings, SQLAlchemyVersion
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
    *(b"  # safeguards: ignore[", b"  # safeguards: ignore[SG101, SG190] why", b"]  # safeguards"),
    *(b"# coding: latin-1\n", b"# coding: utf-16\n", b"# coding: klingon\n", b"\xef\xbb\xbf"),
    *(b"\xed\xa0\x80", b"'\\ud800'", b"\r", b"\x0c", b"(" * 300, b"-" * 3000, b" if x:\n" * 120),
)
WORD = re.compile(rb"[A-Za-z_]\w*")
NAMES = (
    *(
        "__init__.py",
        "x.py/__init__.py",
        "a.b.py",
        ".py",
        "caf\u00e9.py",
        "new\nline.py",
        "\udcff.py",
    ),
    *("sqlalchemy.py", "sqlalchemy/orm.py", "typing.py", "class.py", f"{'deep/' * 300}m.py"),
)
"""What a file may be called instead."""
VERSIONS: tuple[SQLAlchemyVersion, ...] = get_args(SQLAlchemyVersion)


def main(argv: list[str] | None = None) -> int:
    """Damage so many projects, for so many minutes at most; 1 when one raised or took too long."""
    options = _parse(argv)
    dice = random.Random(options.seed)
    seeds = list(_seeds(real=options.real))
    ends = time.monotonic() + options.minutes * 60
    projects, slowest, failures = 0, 0.0, 0
    while projects < options.projects and time.monotonic() < ends:
        files = damaged(dice.choice(seeds), dice)
        took, fault = judge(files, dice.choice(VERSIONS))
        projects, slowest = projects + 1, max(slowest, took)
        if fault or took > LIMIT:
            failures += 1
            kept = _keep(files, options.keep, projects)
            print(f"{kept}: {fault or f'{took:.1f} s'}", flush=True)
    print(f"{projects} damaged projects, {failures} failures, slowest {slowest:.2f} s")
    return 1 if failures else 0


def judge(files: Mapping[str, bytes], version: SQLAlchemyVersion = "2.1") -> tuple[float, str]:
    """Processor seconds that a scan took, and the exception it raised."""
    started = time.process_time()
    try:
        scan(Sources(files=files), ScanSettings(sqlalchemy=version), cache=FactsCache())
    except Exception as error:  # noqa: BLE001  any exception at all is what is looked for
        return time.process_time() - started, repr(error)[:300]
    return time.process_time() - started, ""


def damaged(files: Mapping[str, bytes], dice: random.Random) -> dict[str, bytes]:
    """The project with one to twelve random edits in one file, which seldom gets another name."""
    path = dice.choice(sorted(files))
    data = files[path]
    for _ in range(dice.choice((1, 1, 2, 3, 6, 12))):
        data = _edit(data, dice, files)
    if dice.randrange(20):
        return {**files, path: data}
    rest = {name: content for name, content in files.items() if name != path}
    return {**rest, dice.choice(NAMES): data}


def _edit(data: bytes, dice: random.Random, files: Mapping[str, bytes]) -> bytes:
    start = dice.randrange(len(data) + 1)
    end = min(len(data), start + dice.choice((0, 1, 2, 5, 20, 80)))
    kind = dice.randrange(14)
    if kind == 0:
        return data[:start] + data[end:]
    if kind == 1:
        return data[:start] + bytes([dice.randrange(256)]) + data[end:]
    if kind == 2:
        return data[:start] + dice.choice(PIECES) + data[end:]
    if kind == 3:
        return data[:start] + data[start:end] * dice.choice((2, 3, 50)) + data[end:]
    if kind > 5:
        return _with_another_word(data, dice, files)
    lines, others = data.split(b"\n"), dice.choice(list(files.values())).split(b"\n")
    at = dice.randrange(len(lines))
    if kind == 4:
        lines[at : at + 1] = [dice.choice(others)]
    else:
        lines.insert(at, lines.pop(dice.randrange(len(lines))))
    return b"\n".join(lines)


def _with_another_word(data: bytes, dice: random.Random, files: Mapping[str, bytes]) -> bytes:
    """One name or word gives way to another of the project: most often it still parses."""
    words = list(WORD.finditer(data))
    others = WORD.findall(dice.choice(list(files.values())))
    if not words or not others:
        return data
    word = dice.choice(words)
    return data[: word.start()] + dice.choice(others) + data[word.end() :]


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
    parser.add_argument("--projects", type=float, default=math.inf, help="how many at most")
    parser.add_argument("--seed", type=int, default=1, help="the same seed, the same projects")
    parser.add_argument("--real", action="store_true", help="damage real packages too")
    parser.add_argument(
        "--keep", type=Path, default=Path(".cache/fuzz"), help="where what failed is put"
    )
    return parser.parse_args(argv)
