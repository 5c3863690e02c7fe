"""Real packages with many relationships, each installed with what it needs, once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

CACHE = Path(__file__).resolve().parents[2] / ".cache" / "agreement"
INSTALL_TIMEOUT = 1800.0


class Package(msgspec.Struct, frozen=True):
    """A package on the index: its version, and the top-level packages that hold its models.

    `skipped` are parts of paths that are not imported: tests, migrations, plugins that need more;
    `extras` what else is installed with it, `python` the version of Python that it runs on,
    `environment` the variables without which it refuses to be imported, as `NAME=value`. `beside`
    are packages on whose classes its models stand: they are read with it, as they are by a scan
    of where both are installed, and not judged.
    """

    name: str
    version: str
    roots: tuple[str, ...]
    extras: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    python: str = "3.12"
    environment: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()


class PackageUnavailable(Exception):  # noqa: N818  a state of this machine, not of the package
    """A package cannot be installed here; says why."""


_SECRET = "not-a-secret-0123456789-abcdefghijklmnopqrstuvwxyz"
"""What stands for the secrets that a package insists on."""

PACKAGES = (
    Package("mailman", "3.3.10", ("mailman",), skipped=("/tests/", "/alembic/")),
    Package("flask-appbuilder", "5.3.0", ("flask_appbuilder",), skipped=("/tests/",)),
    Package("keystone", "30.0.0", ("keystone",), skipped=("/tests/", "/migrations/")),
    Package("octavia", "19.0.0", ("octavia",), skipped=("/tests/", "/migration/")),
    Package("optuna", "5.0.0", ("optuna",), skipped=("/alembic/",)),
    Package("mlflow", "3.17.2", ("mlflow",), extras=("flask-wtf",), skipped=("/db_migrations/",)),
    Package("dallinger", "12.4.0", ("dallinger",)),
    Package("privacyidea", "3.14", ("privacyidea",), skipped=("/migrations/",)),
    Package("fittrackee", "1.3.6", ("fittrackee",), skipped=("/migrations/", "/tests/")),
    Package("zenml", "0.98.0", ("zenml",), extras=("zenml[local]",), skipped=("/migrations/",)),
    Package(
        "mcp-contextforge-gateway",
        "1.1.0",
        ("mcpgateway",),
        skipped=("/alembic/",),
        environment=(
            f"JWT_SECRET_KEY={_SECRET}-1",
            f"AUTH_ENCRYPTION_SECRET={_SECRET}-2",
            f"BASIC_AUTH_PASSWORD=Aa1!{_SECRET}-3",
            f"PLATFORM_ADMIN_PASSWORD=Aa1!{_SECRET}-4",
            f"DEFAULT_USER_PASSWORD=Aa1!{_SECRET}-5",
        ),
    ),
    Package("apache-airflow-core", "3.3.2", ("airflow",), skipped=("/migrations/",)),
    Package("galaxy-data", "26.1.2", ("galaxy",), skipped=("/migrations/",)),
    Package("jupyterhub", "6.1.1", ("jupyterhub",), skipped=("/alembic/", "/tests/")),
    Package("prefect", "3.9.1", ("prefect",), skipped=("/_migrations/",)),
    Package(
        "datajunction-server",
        "0.0.272",
        ("datajunction_server",),
        skipped=("/alembic/", "/tests/"),
        environment=(f"SECRET={_SECRET}",),
    ),
    Package("argilla-server", "2.8.0", ("argilla_server",), skipped=("/alembic/", "/tests/")),
    Package("ethyca-fides", "2.78.2", ("fides",), skipped=("/alembic/", "/tests/")),
    Package("aiida-core", "2.9.4", ("aiida",), skipped=("/migrations/", "/tests/")),
    Package(
        "flexmeasures",
        "1.0.1",
        ("flexmeasures",),
        skipped=("/migrations/", "/tests/", "conftest"),
        beside=("timely_beliefs", "flask_security"),
    ),
    Package(
        "neutron",
        "29.0.0",
        ("neutron",),
        skipped=("/migration/", "/tests/"),
        beside=("neutron_lib",),
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
    return site, dict(_files(site, package, package.roots))


def neighbours(package: Package, site: Path) -> dict[str, bytes]:
    """The Python files of the packages that are read beside this one."""
    return dict(_files(site, package, package.beside))


def _files(site: Path, package: Package, roots: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    for root in roots:
        for path in sorted((site / root).rglob("*.py")):
            name = path.relative_to(site).as_posix()
            if not any(part in name for part in package.skipped):
                yield name, path.read_bytes()
