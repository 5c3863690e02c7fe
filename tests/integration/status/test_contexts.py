"""Build contexts as the Compose file names them."""

from __future__ import annotations

import msgspec
import pytest

from safeguards.cli.standings.contexts import contexts_of
from safeguards.config.targets import Target
from safeguards.system.files import MemoryFiles

TARGET = Target(containers=("web",), build=("web", "api"))


def contexts(text: str, **changes: object) -> tuple[str, ...]:
    name = changes.get("compose_file", "compose.yaml")
    files = MemoryFiles({str(name): text.encode()})
    return contexts_of(files, msgspec.structs.replace(TARGET, **changes))


@pytest.mark.parametrize(
    ("build", "found"),
    [
        ("backend", ("backend",)),
        ("./backend/", ("backend",)),
        ("{context: backend}", ("backend",)),
        ("{context: ./a/../backend, dockerfile: D}", ("backend",)),
        (".", ()),
        ("{dockerfile: D}", ()),
        ("../elsewhere", ()),
        ("/srv/app", ()),
        ("https://example.org/app.git", ()),
        ("${CONTEXT}", ()),
        ("[1, 2]", ()),
        ("null", ()),
    ],
)
def test_a_context_below_the_folder_counts(build: str, found: tuple[str, ...]) -> None:
    assert contexts(f"services: {{web: {{build: {build}}}, db: {{image: x}}}}") == found


def test_a_compose_file_elsewhere_counts_from_its_own_folder() -> None:
    text = "services: {web: {build: backend}}"
    assert contexts(text, compose_file="deploy/prod.yaml") == ("deploy/backend",)


@pytest.mark.parametrize("text", ["", "a: [", "- 1", "services: 3", "services: {web: 3}"])
def test_what_is_no_compose_file_names_none(text: str) -> None:
    assert contexts(text) == ()


def test_only_built_services_of_compose_and_swarm() -> None:
    text = "services: {db: {build: db}, web: {build: web}}"
    assert contexts(text) == ("web",)
    assert contexts(text, runtime="docker") == ()
    assert contexts(text, build=()) == ()
