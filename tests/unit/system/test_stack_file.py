"""How a stack's images are built, from real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from safeguards.errors import ConfigError, RefusedError
from safeguards.system.stack_file import Recipe, recipe

STACK = """\
services:
  api:
    build:
      context: ${PART:-api}
      dockerfile: deploy/Dockerfile
      target: run
      args: {A: "${GIVEN}", B: "${MISSING:-b}", C: $$x, D: true, E: null, F: "${EMPTY-f}"}
  short: {build: api}
  listed: {build: {context: api, args: [A=1, "B=${GIVEN:+set}"]}}
  outside: {build: ../elsewhere}
  odd: {build: {context: api, secrets: [s]}}
  needy: {build: {context: api, args: {A: "${MISSING:?say it}"}}}
  broken: {build: 3}
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    (tmp_path / "export" / "api").mkdir(parents=True)
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "export" / "stack.yaml").write_text(STACK)
    (tmp_path / ".env").write_text("# said\nGIVEN='a b'\nexport EMPTY=\nnonsense\n")
    return tmp_path / "export"


def read(source: Path, service: str, *, required: bool = True) -> Recipe:
    env_file = source.parent / ".env"
    return recipe(source, source / "stack.yaml", service, env_file=env_file, required=required)


def test_the_build_of_a_service_is_read_with_its_variables(source: Path) -> None:
    args = {"A": "a b", "B": "b", "C": "$x", "D": "true", "F": ""}
    assert read(source, "api") == Recipe(source / "api", "deploy/Dockerfile", args, "run")
    assert read(source, "short") == Recipe(source / "api")
    assert read(source, "listed").args == {"A": "1", "B": "set"}


@pytest.mark.parametrize(
    ("service", "why"),
    [
        ("outside", "is no folder of the commit"),
        ("odd", "uses secrets"),
        ("needy", "MISSING is not set: say it"),
        ("broken", "no folder and no table"),
        ("other", "0 Dockerfiles"),
    ],
)
def test_what_cannot_be_built_is_refused(source: Path, service: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        read(source, service)


def test_without_a_build_a_folder_or_the_only_dockerfile_tells(source: Path) -> None:
    (source / "api" / "Dockerfile").touch()
    assert read(source, "other") == Recipe(source / "api")
    (source / "other").mkdir()
    (source / "other" / "Dockerfile").touch()
    assert read(source, "other") == Recipe(source / "other")
    with pytest.raises(RefusedError, match="2 Dockerfiles"):
        read(source, "third")


def test_a_file_that_is_not_there_or_is_no_yaml(source: Path) -> None:
    (source / "stack.yaml").write_text("a: [")
    with pytest.raises(ConfigError, match="no YAML"):
        read(source, "api")
    (source / "stack.yaml").unlink()
    with pytest.raises(RefusedError, match=r"no stack\.yaml"):
        read(source, "api")
    (source / "api" / "Dockerfile").touch()
    assert read(source, "api", required=False) == Recipe(source / "api")
