"""A generated application of any size, the same for the same size, which Python can import.

Sizes of files follow what was measured of a large real application (1,176 files: mean 6.1 KB,
median 2.5 KB, half of them mentioning SQLAlchemy): many small files and a few very long ones.
One file in ten declares models; the others are the services, results and constants around them.
"""

from __future__ import annotations

import random
from pathlib import Path

from benchmarks import snippets

PACKAGE_FILES = 30
MEDIAN_BYTES, SIGMA, MOST_BYTES = 2300, 1.5, 90_000


def write_project(folder: Path, files: int) -> int:
    """Write about `files` Python files below `folder`; returns how many bytes they hold."""
    dice = random.Random(files)
    packages = [f"area{number:02}" for number in range(max(1, round(files / PACKAGE_FILES)))]
    sizes = [max(7, len(range(n, files - 3, len(packages)))) for n in range(len(packages))]
    services = {
        package: size - _models(size) - 4 for package, size in zip(packages, sizes, strict=True)
    }
    written = {
        "shop/__init__.py": "",
        "shop/db.py": snippets.BASE,
        "shop/main.py": _main(services),
    }
    for package, size in zip(packages, sizes, strict=True):
        written |= _package(package, packages, _models(size), services[package], dice)
    for path, text in written.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    return sum(map(len, written.values()))


def _package(
    package: str, packages: list[str], models: int, services: int, dice: random.Random
) -> dict[str, str]:
    files = {
        f"shop/{package}/__init__.py": f'"""Everything about {package}."""\n',
        f"shop/{package}/models/__init__.py": _exports(package, models),
        f"shop/{package}/services/__init__.py": "",
        f"shop/{package}/constants.py": snippets.constants(package, _size(dice), dice),
    }
    for number in range(models):
        abroad = dice.choice(packages)
        files[f"shop/{package}/models/model_{number:02}.py"] = snippets.model_file(
            package, number, abroad, dice
        )
    for number in range(services):
        files[f"shop/{package}/services/service_{number:02}.py"] = snippets.service_file(
            package, number, models, _size(dice), dice
        )
    return files


def _exports(package: str, models: int) -> str:
    names = [(number, snippets.model_names(package, number)) for number in range(models)]
    rows = [f"from .model_{number:02} import {', '.join(found)}" for number, found in names]
    return "\n".join([*rows, "", f"__all__ = {[name for _, found in names for name in found]!r}\n"])


def _models(files: int) -> int:
    return max(2, round(files / 10))


def _main(services: dict[str, int]) -> str:
    rows = ['"""The application: importing this imports everything."""', ""]
    for package, count in services.items():
        rows.append(f"import shop.{package}.constants")
        rows += [f"import shop.{package}.services.service_{number:02}" for number in range(count)]
    return "\n".join([*rows, ""])


def _size(dice: random.Random) -> int:
    return min(MOST_BYTES, int(MEDIAN_BYTES * dice.lognormvariate(0, SIGMA)))
