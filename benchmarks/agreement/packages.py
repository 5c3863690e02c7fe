"""Real packages with many relationships, each installed with what it needs, once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "agreement"
INSTALL_TIMEOUT = 1800.0


class Package(msgspec.Struct, frozen=True):
    """A package on the index: its version, and the top-level packages that hold its models.

    `skipped` are parts of paths that are not imported: tests, migrations, plugins that need more;
    `extras` what else is installed with it, `python` the version of Python that it runs on.
    """

    name: str
    version: str
    roots: tuple[str, ...]
    extras: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    python: str = "3.12"


class PackageUnavailable(Exception):  # noqa: N818  a state of this machine, not of the package
    """A package cannot be installed here; says why."""


PACKAGES = (
    Package("keystone", "30.0.0", ("keystone",), skipped=("/tests/", "/migrations/")),
    Package("flask-appbuilder", "5.3.0", ("flask_appbuilder",), skipped=("/tests/",)),
    Package("optuna", "5.0.0", ("optuna",), skipped=("/alembic/",)),
    Package("apache-airflow-core", "3.3.2", ("airflow",), skipped=("/migrations/",)),
    Package("octavia", "19.0.0", ("octavia",), skipped=("/tests/", "/migration/")),
    Package("mlflow", "3.17.2", ("mlflow",), skipped=("/db_migrations/",)),
    Package("rucio", "41.5.1", ("rucio",), skipped=("/migrate_repo/",)),
    Package("galaxy-data", "26.1.2", ("galaxy",), skipped=("/migrations/",)),
    Package(
        "apache-superset",
        "6.1.0",
        ("superset",),
        skipped=("/migrations/", "/examples/"),
        python="3.11",
    ),
)


def python_of(package: Package) -> Path:
    """The interpreter that has this package; installs it when it is not there.

    Raises `PackageUnavailable` when that fails, as it does without network.
    """
    folder = CACHE / package.name
    python = folder / "bin" / "python"
    marker = folder / "installed"
    wanted = [f"{package.name}=={package.version}", *package.extras]
    if marker.exists() and marker.read_text() == "\n".join(wanted):
        return python
    shutil.rmtree(folder, ignore_errors=True)
    _run(package, _base(package.python), "-m", "venv", str(folder))
    pip = (str(python), "-m", "pip", "--quiet", "--disable-pip-version-check")
    kept = ("--cache-dir", str(CACHE / "downloads"))
    _run(package, *pip, "install", "--no-compile", "--prefer-binary", *kept, *wanted)
    marker.write_text("\n".join(wanted))
    return python


def _base(version: str) -> str:
    """An interpreter of this version, beside the one that runs this or in the PATH; else that."""
    beside = Path(sys.base_prefix).parent.glob(f"{version}.*/bin/python")
    found = [str(path) for path in sorted(beside)] or [shutil.which(f"python{version}") or ""]
    works = found[-1] and subprocess.run((found[-1], "-c", ""), check=False).returncode == 0
    return found[-1] if works else sys.executable


def _run(package: Package, *argv: str) -> None:
    result = subprocess.run(
        argv, check=False, timeout=INSTALL_TIMEOUT, capture_output=True, text=True
    )
    if result.returncode != 0:
        last = (result.stderr.strip() or result.stdout.strip()).split("\n")[-1]
        raise PackageUnavailable(f"{package.name} {package.version} is not installed: {last}")


def sources(package: Package, python: Path) -> tuple[Path, dict[str, bytes]]:
    """Where the package lies, and its Python files by path from there."""
    (site,) = (python.parents[1] / "lib").glob("python*/site-packages")
    return site, dict(_files(site, package))


def _files(site: Path, package: Package) -> Iterator[tuple[str, bytes]]:
    for root in package.roots:
        for path in sorted((site / root).rglob("*.py")):
            name = path.relative_to(site).as_posix()
            if not any(part in name for part in package.skipped):
                yield name, path.read_bytes()
