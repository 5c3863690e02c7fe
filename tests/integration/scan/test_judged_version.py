"""Which SQLAlchemy judges: what the project's own files say, where they lie."""

from __future__ import annotations

import pytest
from tests.integration.git.kit import GitRepo
from tests.integration.scan.kit import scan_json, write

MODELS = """\
from sqlalchemy import Column, ForeignKey, Integer, Text
from sqlalchemy.orm import declarative_base, relationship

Base = declarative_base()


class User(Base):
    __tablename__ = "user"
    id = Column(Integer, primary_key=True)


class Post(Base):
    __tablename__ = "post"
    id = Column(Integer, primary_key=True)
    user_id = Column(ForeignKey("user.id"))
    user = relationship(User, cascade_backrefs=True)
    metadata = Column(Text)
"""
SAYS = {
    frozenset({("SG122", "error")}): "1.4",
    frozenset({("SG116", "error"), ("SG122", "error")}): "2.0",
    frozenset({("SG116", "error"), ("SG122", "warning")}): "2.1",
}
"""Every version judges these models otherwise."""
LOCK = '[[package]]\nname = "sqlalchemy"\nversion = "{}"\n'


def judged_by(repo: GitRepo, *argv: str, folder: str = "") -> str:
    document = scan_json(*argv, cwd=repo.top / folder).document
    return SAYS[frozenset((f["rule"], f["severity"]) for f in document["findings"])]


@pytest.mark.parametrize(
    ("files", "version"),
    [
        ({}, "2.1"),
        ({"requirements.txt": "alembic\n"}, "2.1"),
        ({"requirements.txt": "sqlalchemy==1.4.54\n"}, "1.4"),
        ({"requirements/base.txt": "sqlalchemy~=2.0.30\n"}, "2.0"),
        ({"poetry.lock": LOCK.format("2.0.36"), "requirements.txt": "sqlalchemy<2\n"}, "2.0"),
        ({"pyproject.toml": '[project]\ndependencies = ["sqlalchemy<2"]\n'}, "1.4"),
        ({"pyproject.toml": 'sqlalchemy = "broken\n'}, "2.1"),
        ({"app/requirements.txt": "sqlalchemy<2.1\n"}, "2.0"),
        ({"uv.lock": LOCK.format("1.4.0"), "app/requirements.txt": "sqlalchemy<2.1\n"}, "1.4"),
        ({"a/b/c/requirements.txt": "sqlalchemy<2.1\n"}, "2.1"),
        (
            {"requirements.txt": "sqlalchemy<2\n", "safeguards.toml": '[scan]\nsqlalchemy="2.0"'},
            "2.0",
        ),
    ],
)
def test_the_nearest_file_that_names_it(repo: GitRepo, files: dict[str, str], version: str) -> None:
    write(repo.top, {"app/models.py": MODELS, **files})
    assert judged_by(repo) == version


def test_each_part_of_a_repository_has_its_own(repo: GitRepo) -> None:
    for part, pin in (("old", "<2"), ("new", "<2.1")):
        files = {"app/models.py": MODELS, "requirements.txt": f"sqlalchemy{pin}\n"}
        write(repo.top / part, files)
    assert judged_by(repo, "old") == judged_by(repo, "old/app/models.py") == "1.4"
    assert judged_by(repo, "new") == judged_by(repo, ".", folder="new") == "2.0"
    assert judged_by(repo, ".", folder="old/app") == "1.4"


def test_a_commit_is_judged_by_its_own_lock(repo: GitRepo) -> None:
    write(repo.top, {"app/models.py": MODELS, "requirements.txt": "sqlalchemy<2\n"})
    repo.git("add", "--all")
    repo.git("commit", "-qm", "old")
    write(repo.top, {"requirements.txt": "sqlalchemy<2.1\n"})
    assert judged_by(repo) == "2.0"
    assert judged_by(repo, "--staged") == judged_by(repo, "--commit", "HEAD") == "1.4"
    repo.git("add", "--all")
    assert judged_by(repo, "--staged") == "2.0"


@pytest.mark.parametrize("version", ["1.4.54", "2.0.36", "2.1.0"])
def test_an_installed_package_is_judged_by_what_is_installed(repo: GitRepo, version: str) -> None:
    packages = repo.top / "lib" / "site-packages"
    for name in ("shop/__init__.py", f"SQLAlchemy-{version}.dist-info/METADATA"):
        (packages / name).parent.mkdir(parents=True)
        (packages / name).write_text(f"Name: SQLAlchemy\nVersion: {version}\n" * ("-" in name))
    (packages / "shop" / "models.py").write_text(MODELS)
    (repo.top / "requirements.txt").write_text("sqlalchemy==2.1.3\n")
    found = judged_by(repo, "lib/site-packages/shop")
    assert found == version.rpartition(".")[0]
