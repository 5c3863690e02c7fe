"""Images without a registry: a base made from Debian packages, PostgreSQL on top, and a proxy.

Their tags hold a hash of the recipe: made once per engine, made again when the recipe changes.
"""

from __future__ import annotations

import hashlib
import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

from tests.support import debian
from tests.support.engine import Engine
from tests.support.locks import alone
from tests.support.needs import Unavailable
from tests.support.shell import CACHE, OUTER, ROOT, CommandFailedError, sh

SUITE = "bookworm"
PACKAGES = ("ca-certificates", "postgresql", "procps", "python3", "python3-venv", "tzdata")
PROXY_PACKAGES = ("nginx-light",)
POSTGRES_FOLDER = Path(__file__).parent / "images" / "postgres"
ALEMBIC_FOLDER = Path(__file__).parent / "images" / "alembic"
EXAMPLE_REQUIREMENTS = ROOT / "examples" / "npd" / "backend" / "requirements.txt"
TOOLS = {"debootstrap": "debootstrap"}


def base_image(engine: Engine) -> str:
    """The tag of an image with Python 3.11 and the PostgreSQL 15 programs; about 90 s once."""
    return _debian(engine, "safeguards-test-base", PACKAGES)


def proxy_image(engine: Engine) -> str:
    """The tag of an image with nginx; about 40 s once."""
    return _debian(engine, "safeguards-test-proxy", PROXY_PACKAGES)


def postgres_image(engine: Engine) -> str:
    """The tag of an image that takes the place of the public postgres image."""
    base = base_image(engine)
    parts = [path.read_bytes() for path in sorted(POSTGRES_FOLDER.iterdir())]
    tag = f"safeguards-test-postgres:{_hash(base.encode(), *parts)}"
    with alone("images"):
        if not _exists(engine, tag):
            build = ("build", "-q", "--build-arg", f"BASE_IMAGE={base}", "-t", tag, POSTGRES_FOLDER)
            engine.docker(*build, timeout=120)
    return tag


def alembic_image(engine: Engine) -> str:
    """The tag of an image with SQLAlchemy, Alembic and psycopg; about 10 s once."""
    base = base_image(engine)
    parts = [(ALEMBIC_FOLDER / "Dockerfile").read_bytes(), EXAMPLE_REQUIREMENTS.read_bytes()]
    tag = f"safeguards-test-alembic:{_hash(base.encode(), *parts)}"
    wheels = app_wheels(EXAMPLE_REQUIREMENTS)
    with alone("images"):
        if not _exists(engine, tag):
            with tempfile.TemporaryDirectory(prefix="safeguards-alembic-") as parent:
                context = Path(parent) / "context"
                shutil.copytree(ALEMBIC_FOLDER, context)
                shutil.copytree(wheels, context / "wheels")
                build = ("build", "-q", "--build-arg", f"BASE_IMAGE={base}", "-t", tag, context)
                engine.docker(*build, timeout=300)
    return tag


def app_wheels(requirements: Path) -> Path:
    """A folder with the wheels of `requirements` for the Python 3.11 of the base image."""
    folder = CACHE / "wheels" / _hash(requirements.read_bytes())
    with alone("wheels"):
        if not (folder / "complete").exists():
            _download(requirements, folder)
    return folder


def _debian(engine: Engine, name: str, packages: tuple[str, ...]) -> str:
    recipe = f"{SUITE} {' '.join(packages)} v2"
    tag = f"{name}:{_hash(recipe.encode())}"
    with alone("images"):
        if not _exists(engine, tag):
            _import_debian(engine, tag, packages)
    return tag


def _import_debian(engine: Engine, tag: str, packages: tuple[str, ...]) -> None:
    if sys.platform != "linux" or os.geteuid() != 0:
        raise Unavailable("docker", f"the image {tag} is missing, and only root can make it")
    debian.install("docker", TOOLS)
    folder = Path(tempfile.mkdtemp(prefix="safeguards-base-"))
    mirror = debian.mirror()
    try:
        sh(
            *("debootstrap", "--variant=minbase", f"--include={','.join(packages)}"),
            *(SUITE, folder / "root", *([mirror] if mirror else [])),
            timeout=900,
            env=OUTER | {"PATH": f"{OUTER['PATH']}:/usr/sbin:/sbin"},
        )
        for heavy in ("var/cache/apt", "var/lib/apt/lists", "usr/share/doc", "usr/share/man"):
            shutil.rmtree(folder / "root" / heavy, ignore_errors=True)
        sh("tar", "-C", folder / "root", "-cf", folder / "root.tar", ".", timeout=120)
        engine.docker("import", folder / "root.tar", tag, timeout=300)
    except CommandFailedError as error:
        raise Unavailable("docker", f"cannot make the base image: {error}") from error
    finally:
        shutil.rmtree(folder)


def _download(requirements: Path, folder: Path) -> None:
    machine = platform.machine()
    platforms = [f"manylinux{glibc}_{machine}" for glibc in ("2014", "_2_17", "_2_28", "_2_34")]
    chosen = [part for name in platforms for part in ("--platform", name)]
    try:
        # pip judges markers by the Python that runs it: what only 3.11 needs is named here.
        sh(
            *(sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:"),
            *("--python-version", "3.11", "--implementation", "cp", *chosen),
            *("--dest", folder, "-r", requirements, "typing-extensions"),
            timeout=600,
            env=OUTER,
        )
    except CommandFailedError as error:
        raise Unavailable("docker", f"cannot download the example's wheels: {error}") from error
    (folder / "complete").touch()


def _exists(engine: Engine, tag: str) -> bool:
    return bool(engine.docker("images", "-q", tag).strip())


def _hash(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:12]
